import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { printable } from '../core/text.js';
import type { Output } from './reporter.js';

/** A conversation at a terminal, a line for each answer. */
export interface Questions {
  /** @returns undefined when the input has ended */
  ask(question: string): Promise<string | undefined>;
  say(text: string): void;
  close(): void;
}

/** Keeps lines that were typed ahead for the questions that follow. A signal ends a question with its own error. */
export function openQuestions(input: Readable, output: Output, signal: AbortSignal): Questions {
  const lines = createInterface({ input });
  const typed: string[] = [];
  let ended = false;
  let wake = () => {};
  lines.on('line', (line) => {
    typed.push(line);
    wake();
  });
  lines.once('close', () => {
    ended = true;
    wake();
  });
  const interrupt = () => lines.close();
  signal.addEventListener('abort', interrupt, { once: true });
  return {
    async ask(question) {
      output.write(printable(question));
      while (typed.length === 0 && !ended)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      // The line of the question is still open.
      if (typed.length === 0) output.write('\n');
      signal.throwIfAborted();
      return typed.shift();
    },
    say: (text) => output.write(`${printable(text)}\n`),
    close() {
      signal.removeEventListener('abort', interrupt);
      lines.close();
    },
  };
}
