import { closeSync, openSync, writeSync } from 'node:fs';
import { UsageError } from '../core/errors.js';
import { type Invocation, stringFlag } from './invocation.js';

/** Where `--events` writes. */
export interface EventsOutput {
  write(line: string): void;
  close(): void;
}

/**
 * Opens the file of `--events`, or stdout for `-`, before anything is asked or changed.
 *
 * @returns undefined without the flag
 * @throws UsageError when it cannot be written, or stdout is to hold something else
 */
export function openEvents(invocation: Invocation): EventsOutput | undefined {
  const path = stringFlag(invocation, 'events');
  if (path === undefined) return undefined;
  if (path === '-') {
    const output = stringFlag(invocation, 'output');
    if (output !== undefined)
      throw new UsageError(`--events=- and --output=${output} exclude each other: both are for stdout`);
    return { write: (line) => invocation.stdout.write(line), close: () => undefined };
  }
  const file = open(path, invocation.isContinued ? 'a' : 'w');
  let isOpen = true;
  return {
    write: (line) => isOpen && writeSync(file, line),
    close: () => {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

function open(path: string, flags: 'a' | 'w'): number {
  try {
    return openSync(path, flags);
  } catch (cause) {
    throw new UsageError(`cannot write --events=${path}: ${(cause as Error).message.split(', ')[0]}`, { cause });
  }
}
