import type { Clock } from './clock.js';

/** Pauses between attempts, each twice as long as the one before, up to a longest. */
export interface Backoff {
  /** Waits before the next attempt. After one that went on for the longest pause or more, pauses begin anew. */
  pause(signal: AbortSignal): Promise<void>;
}

export function backoff(clock: Clock, firstMs: number, longestMs: number): Backoff {
  let pauseMs = firstMs;
  let began = clock.now();
  return {
    async pause(signal) {
      if (clock.now() - began >= longestMs) pauseMs = firstMs;
      await clock.sleep(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, longestMs);
      began = clock.now();
    },
  };
}
