import { systemClock } from '../core/clock.js';
import { ConnectionError, type Reply, TimeoutError } from './http.js';

/** What is known of the server by its answers so far. */
export interface ServerContact {
  hasAnswered: boolean;
}

/** Sends a read, again where that may help. */
export type Repeat = (read: () => Promise<Reply>) => Promise<Reply>;

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2000;
const MAX_RETRY_AFTER_MS = 5000;

/**
 * Repeats reads that did not reach the server, and those that it asks to come back with later: some times at first, so that
 * a refused connection is told at once, and for as long as one request may take once the server has answered, so
 * that it may be restarted in the middle of a run.
 */
export function repeatReads(timeoutMs: number, server: ServerContact): Repeat {
  return async (read) => {
    const deadline = performance.now() + timeoutMs;
    const isOver = (attempt: number) => attempt >= ATTEMPTS && !(server.hasAnswered && performance.now() < deadline);
    for (let attempt = 1; ; attempt++) {
      let pauseMs = Math.min(FIRST_PAUSE_MS * attempt, LONGEST_PAUSE_MS);
      try {
        const response = await read();
        // Credentials that were good before have expired: kubectl gets others once they were refused.
        if (response.status === 401 && server.hasAnswered && attempt === 1) continue;
        if (!mayPass(response) || isOver(attempt)) return response;
        const retryAfterMs = Number(response.headers['retry-after'] ?? 0) * 1000 || 0;
        pauseMs = Math.min(Math.max(pauseMs, retryAfterMs), MAX_RETRY_AFTER_MS);
      } catch (error) {
        if (!(error instanceof ConnectionError) || error instanceof TimeoutError || isOver(attempt)) throw error;
      }
      await systemClock.sleep(pauseMs);
    }
  };
}

/** The server is too busy, or kubectl proxy says in its own words that it does not reach it. */
function mayPass({ status, body }: Reply): boolean {
  if (status === 429 || status === 503) return true;
  return status >= 500 && !/"kind":\s*"Status"/.test(body);
}
