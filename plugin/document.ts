import type { Output } from './edges/reporter.js';

/** Prints one document to stdout as `-o` asks. */
export async function printDocument(stdout: Output, format: string | undefined, document: object): Promise<void> {
  if (format === 'yaml') {
    const { stringify } = await import('yaml');
    stdout.write(stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }));
  } else {
    stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  }
}
