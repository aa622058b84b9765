import { change, soonest } from '../../core/change.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import type { Query } from '../../kube/api.js';
import { followCollection } from '../../kube/reconnecting-informer.js';
import type { Objects } from '../../plan/releases.js';
import type { Run } from '../../run/context.js';

/** Changes of several objects that belong together come a few milliseconds apart. */
const SETTLE_MS = 100;
const TICK_MS = 1000;

export interface Collection {
  readonly path: string;
  readonly query: Query;
}

export interface WatchOptions {
  /** Whether to show it every second as well, since ages grow; the cluster is not asked for that. */
  readonly ticks: boolean;
  readonly signal: AbortSignal;
}

/**
 * Follows collections until the signal, and shows what is in them after every change.
 *
 * @param show - `lost` says why what is shown may be out of date
 * @throws ApiError when the server refuses a list or a watch for good
 */
export async function watchCollections(
  run: Run,
  collections: readonly Collection[],
  show: (objects: Objects, lost: Error | undefined) => Promise<void>,
  { ticks, signal }: WatchOptions,
): Promise<void> {
  const changed = change();
  const losses = new Map<Collection, Error>();
  const follow = (collection: Collection) =>
    followCollection<KubernetesObject>(run.api, collection.path, collection.query, {
      clock: run.clock,
      signal,
      onChange: changed.tell,
      onLost(error) {
        if (error) losses.set(collection, error);
        else losses.delete(collection);
        changed.tell();
      },
    });
  try {
    const informers = await Promise.all(collections.map(follow));
    const failures = informers.map(({ failed }) => failed);
    for (;;) {
      signal.throwIfAborted();
      const next = changed.next();
      const [lost] = losses.values();
      await show(
        informers.flatMap((informer) => informer.items()),
        lost,
      );
      await soonest([next, ...failures], ticks ? TICK_MS : undefined, run.clock, signal);
      await run.clock.sleep(SETTLE_MS, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
