import type { Output } from './edges/reporter.js';

/** Prints one document to stdout as `-o` asks. */
export async function printDocument(stdout: Output, format: string | undefined, document: object): Promise<void> {
  if (format === 'yaml') {
    const { toYaml } = await import('./edges/yaml.js');
    stdout.write(toYaml(document));
  } else {
    stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  }
}
