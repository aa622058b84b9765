import { startTimer } from './timeout.js';

export interface Clock {
  /** Whole milliseconds since some moment, for durations and deadlines alone: setting the machine's clock does not change it. */
  now(): number;
  /** Milliseconds since the epoch, for records and for ages of records: it steps when the machine's clock is set. */
  wall(): number;
  /**
   * Resolves after the time, in a later turn of the event loop, or rejects with the signal's reason as soon as it is aborted.
   *
   * @param ms - any number; Infinity sleeps until the signal
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A time as records have it: RFC 3339 in UTC. */
export const timestamp = (wallMs: number): string => new Date(wallMs).toISOString();

export const systemClock: Clock = {
  now: () => Math.round(performance.now()),
  wall: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const interrupt = () => {
        timer.stop();
        reject(signal?.reason);
      };
      const timer = startTimer(ms, () => {
        signal?.removeEventListener('abort', interrupt);
        resolve();
      });
      signal?.addEventListener('abort', interrupt, { once: true });
    }),
};
