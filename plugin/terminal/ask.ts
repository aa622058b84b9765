import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { printable } from '../core/text.js';
import type { Output } from './reporter.js';

/**
 * Asks on `output` and reads one line of `input`: of a terminal, or of a pipe as in `echo yes | kubectl bluegreen promote`.
 *
 * @returns undefined when the input ends without a line
 */
export function askLine(
  question: string,
  input: Readable,
  output: Output,
  signal: AbortSignal,
  prompt = 'Do you want to continue? (y/N): ',
): Promise<string | undefined> {
  output.write(`${printable(question)}\n${prompt}`);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const lines = createInterface({ input });
    const interrupt = () => {
      // Closing says that no line came: the reason has to be first.
      reject(signal.reason);
      lines.close();
    };
    signal.addEventListener('abort', interrupt, { once: true });
    lines.once('line', (line) => {
      // A person's own return key has ended the line already.
      if (!(input as { isTTY?: boolean }).isTTY) output.write('\n');
      resolve(line);
      lines.close();
    });
    lines.once('close', () => {
      signal.removeEventListener('abort', interrupt);
      resolve(undefined);
    });
  });
}
