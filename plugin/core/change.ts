import type { Clock } from './clock.js';

/** Wakes everybody who waits for something to change. */
export interface Change {
  tell(): void;
  /** Resolves at the next change after this call. */
  next(): Promise<void>;
}

export function change(): Change {
  let wake: () => void = () => undefined;
  let coming: Promise<void>;
  const renew = () => {
    coming = new Promise((resolve) => {
      wake = resolve;
    });
  };
  renew();
  return {
    tell() {
      wake();
      renew();
    },
    next: () => coming,
  };
}

/**
 * Waits for the first of some events, or for some time.
 *
 * @param timeoutMs - undefined waits for the events alone
 * @throws the signal's reason as soon as it is aborted, and what an event is rejected with
 */
export async function soonest(
  events: readonly Promise<void>[],
  timeoutMs: number | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over.signal });
  });
  const timer = timeoutMs === undefined ? [] : [clock.sleep(timeoutMs, AbortSignal.any([signal, over.signal]))];
  for (const losing of [aborted, ...timer]) losing.catch(() => undefined);
  try {
    await Promise.race([...events, ...timer, aborted]);
  } finally {
    over.abort();
  }
}
