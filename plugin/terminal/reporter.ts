import { printable } from '../core/text.js';

/** Where a run's account goes: progress for a person on stderr, what was changed on stdout. */
export interface Reporter {
  /** A step begins. */
  step(description: string): void;
  /** Something worth knowing within a step. */
  info(text: string): void;
  warn(text: string): void;
  /** An object was changed: `service/engine-ops-active patched`. */
  changed(object: string, verb: string): void;
}

export interface Output {
  /** Returns false when the writer should wait for `drain`. */
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Size of the terminal. */
  readonly columns?: number;
  readonly rows?: number;
  on?(event: OutputEvent, listener: () => void): unknown;
  off?(event: OutputEvent, listener: () => void): unknown;
}

/** `error`: the reader has closed the pipe. */
export type OutputEvent = 'drain' | 'error' | 'resize';

export type ColorMode = 'auto' | 'always' | 'never';

/** @see https://no-color.org */
export function usesColor(output: Output, mode: ColorMode, env: NodeJS.ProcessEnv): boolean {
  if (mode !== 'auto') return mode === 'always';
  return Boolean(output.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb';
}

const paint = (code: number, text: string, colored: boolean) => (colored ? `\u001b[${code}m${text}\u001b[0m` : text);

/**
 * @param changes - how a changed object is told: on stdout with its verb or by its name alone, or, where stdout holds a
 *   document, as part of the progress
 */
export function createReporter(
  stdout: Output,
  stderr: Output,
  colored: boolean,
  changes: 'verb' | 'name' | 'progress',
): Reporter {
  const line = (text: string) => stderr.write(`${text}\n`);
  return {
    step: (description) => line(`${paint(36, '•', colored)} ${printable(description)}`),
    info: (text) => {
      for (const part of printable(text).split('\n')) line(paint(2, `  ${part}`, colored));
    },
    warn: (text) => line(`${paint(33, 'warning:', colored)} ${printable(text)}`),
    changed: (object, verb) => {
      if (changes === 'progress') line(`  ${object} ${verb}`);
      else stdout.write(changes === 'name' ? `${object}\n` : `${object} ${verb}\n`);
    },
  };
}
