import { backoff } from '../core/backoff.js';
import { ApiError, isTransient } from '../core/errors.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import type { Api, Query } from './api.js';
import { type Informer, type InformerOptions, inform } from './informer.js';

/** Between attempts to take up a watch that broke. */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [500, 10_000];

/** How a collection is followed. */
export interface Following extends InformerOptions {
  /** Told each time that the collection cannot be followed for now, and undefined when it can again. */
  readonly onLost: (error: Error | undefined) => void;
}

export interface ReconnectingInformer<T> extends Informer<T> {
  /** Resolves as soon as the collection is followed again: at once, unless it is lost. */
  caughtUp(): Promise<void>;
}

/**
 * An informer that is taken up again when its watch is lost, however long that lasts; meanwhile it has what was last seen.
 * It fails only when the server says that waiting does not help, as where access was taken away.
 */
export async function followCollection<T extends KubernetesObject>(
  api: Api,
  path: string,
  query: Query,
  { clock, onChange, signal, onLost }: Following,
): Promise<ReconnectingInformer<T>> {
  const options = { clock, onChange, signal };
  const pauses = backoff(clock, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  let current = await inform<T>(api, path, query, options);
  let takenUp: Promise<void> = Promise.resolve();

  async function takeUp(): Promise<void> {
    for (;;) {
      await pauses.pause(signal);
      try {
        current = await inform<T>(api, path, query, options);
        return;
      } catch (error) {
        if (signal.aborted || !mayPass(error)) throw error;
      }
    }
  }

  async function follow(): Promise<never> {
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

  const failed = follow();
  failed.catch(() => undefined);
  return { items: () => current.items(), failed, caughtUp: () => takenUp };
}

/** A resourceVersion may be too old to watch from: a new list has another one. */
const mayPass = (error: unknown) => isTransient(error) || (error instanceof ApiError && error.status === 410);
