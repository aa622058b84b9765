import { ApiError, UnreachableError } from '../errors.js';
import type { KubernetesObject } from '../kubernetes.js';
import type { Api, Query } from './api.js';
import type { Clock } from './clock.js';
import { type Informer, inform } from './informer.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export interface Lasting {
  readonly clock: Clock;
  /** Told each time that the collection cannot be followed for now, and undefined when it can again. */
  readonly onLost: (error: Error | undefined) => void;
}

export interface LastingInformer<T> extends Informer<T> {
  /** Resolves as soon as the collection is followed again: at once, unless it is lost. */
  caughtUp(): Promise<void>;
}

/**
 * An informer that is taken up again when its watch is lost, however long that lasts; meanwhile it has what was last seen.
 * It fails only when the server says that waiting does not help, as where access was taken away.
 */
export async function informLasting<T extends KubernetesObject>(
  api: Api,
  path: string,
  query: Query,
  signal: AbortSignal,
  onChange: () => void,
  { clock, onLost }: Lasting,
): Promise<LastingInformer<T>> {
  let current = await inform<T>(api, path, query, signal, onChange);
  let takenUp: Promise<void> = Promise.resolve();

  async function takeUp(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      await clock.sleep(pauseMs, signal);
      try {
        current = await inform<T>(api, path, query, signal, onChange);
        return;
      } catch (error) {
        if (signal.aborted || !mayPass(error)) throw error;
      }
    }
  }

  async function last(): Promise<never> {
    for (;;) {
      try {
        return await current.failed;
      } catch (error) {
        if (signal.aborted || !mayPass(error)) throw error;
        onLost(error as Error);
      }
      takenUp = takeUp();
      // Who waits for it also waits for `failed`.
      takenUp.catch(() => undefined);
      await takenUp;
      onLost(undefined);
      onChange();
    }
  }

  const failed = last();
  failed.catch(() => undefined);
  return { items: () => current.items(), failed, caughtUp: () => takenUp };
}

/** Out of reach, overloaded, or a resourceVersion that is too old to watch from. */
function mayPass(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 410 || error.status === 429 || error.status >= 500;
  return error instanceof UnreachableError;
}
