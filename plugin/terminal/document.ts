import { printable } from '../core/text.js';
import type { Output } from './reporter.js';

/** Prints one document to stdout as `-o` asks. */
export async function printDocument(stdout: Output, format: string | undefined, document: object): Promise<void> {
  if (format === 'yaml') {
    const { toYaml } = await import('./yaml.js');
    stdout.write(toYaml(document));
  } else {
    // An escape of printable() is one of JSON as well, and stands for the same character.
    stdout.write(`${printable(JSON.stringify(document, undefined, 2))}\n`);
  }
}
