import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from './report.js';

export interface WaitOptions {
  /** What is waited for, as it ends the sentence "timed out after 60 s waiting for". */
  readonly what: string;
  readonly timeoutMs: number;
  /** Asked after a failed attempt; a text ends the wait at once because the condition can no longer become true. */
  readonly hopeless?: () => string | undefined;
}

/**
 * Repeats an attempt until it returns something other than undefined.
 *
 * @throws ClusterError with the last attempt's failure when the time is over
 */
export async function until<T>(attempt: () => Promise<T | undefined>, options: WaitOptions): Promise<T> {
  const deadline = Date.now() + options.timeoutMs;
  let failure: unknown;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    try {
      const result = await attempt();
      if (result !== undefined) {
        return result;
      }
    } catch (error) {
      failure = error;
    }
    const reason = options.hopeless?.();
    if (reason !== undefined) {
      throw new ClusterError(reason, { cause: failure });
    }
    if (Date.now() > deadline) {
      const last = failure instanceof Error ? `: ${failure.message.split('\n').slice(0, 4).join(' ')}` : '';
      throw new ClusterError(`timed out after ${options.timeoutMs / 1000} s waiting for ${options.what}${last}`, {
        cause: failure,
      });
    }
    await sleep(pauseMs);
  }
}
