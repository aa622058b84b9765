import type { Output } from './reporter.js';

/** An output that is written to for long: no faster than it is read, and not after its reader has left. */
export interface Sink {
  write(text: string): Promise<void>;
  /** Aborted when the reader has closed the pipe, as after `| head`. */
  readonly closed: AbortSignal;
}

export function sinkOf(output: Output): Sink {
  const closing = new AbortController();
  output.on?.('error', () => closing.abort());
  return {
    closed: closing.signal,
    async write(text) {
      if (closing.signal.aborted || output.write(text) !== false || !output.on) return;
      await new Promise<void>((resolve) => {
        const done = () => {
          output.off?.('drain', done);
          closing.signal.removeEventListener('abort', done);
          resolve();
        };
        output.on?.('drain', done);
        closing.signal.addEventListener('abort', done);
      });
    },
  };
}
