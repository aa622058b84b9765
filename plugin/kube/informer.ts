import { backoff } from '../core/backoff.js';
import type { Clock } from '../core/clock.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import type { Api, Query } from './api.js';

/** A local copy of a collection, kept up to date by a watch. */
export interface Informer<T> {
  items(): T[];
  /** Rejects when the collection can no longer be followed; never resolves. */
  readonly failed: Promise<never>;
}

export interface InformerOptions {
  readonly clock: Clock;
  /** Called after every change. */
  readonly onChange: () => void;
  /** Until when the collection is followed. */
  readonly signal: AbortSignal;
}

/** Between watches that the server ends at once. */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [100, 5000];
/** A watch that says nothing and ends before this, as behind a proxy that passes none on, is no watch. */
const VERY_SHORT_MS = 1000;

/** A collection may span namespaces. */
const keyOf = ({ metadata: { namespace, name } }: KubernetesObject) => `${namespace ?? ''}/${name}`;

/**
 * Lists a collection, then follows it by one watch after the other. It fails with the first watch that breaks, so only
 * reconnecting-informer.ts uses it.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function inform<T extends KubernetesObject>(
  api: Api,
  path: string,
  query: Query,
  { clock, onChange, signal }: InformerOptions,
): Promise<Informer<T>> {
  let objects = new Map<string, T>();

  async function list(): Promise<string> {
    const { metadata, items } = await api.list<T>(path, query);
    objects = new Map(items.map((item) => [keyOf(item), item]));
    onChange();
    return metadata.resourceVersion ?? '';
  }

  /** Follows one watch to its end. @returns where the next one begins */
  async function watch(from: string): Promise<string> {
    const began = clock.now();
    let resourceVersion = from;
    let isSilent = true;
    // With bookmarks a quiet collection's next watch need not begin where the server has forgotten already.
    const asked = { ...query, resourceVersion, allowWatchBookmarks: 'true' };
    for await (const { type, object } of api.watch<T>(path, asked, signal)) {
      // Where it was is too long ago.
      if (type === 'ERROR') return await list();
      isSilent = false;
      resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
      if (type === 'BOOKMARK') continue;
      if (type === 'DELETED') objects.delete(keyOf(object));
      else objects.set(keyOf(object), object);
      onChange();
    }
    return isSilent && clock.now() - began < VERY_SHORT_MS && !signal.aborted ? await list() : resourceVersion;
  }

  async function follow(from: string): Promise<never> {
    const pauses = backoff(clock, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    // The server ends a watch after some minutes, and one that is overloaded or restarted may end it at once.
    for (let resourceVersion = from; ; await pauses.pause(signal)) {
      signal.throwIfAborted();
      resourceVersion = await watch(resourceVersion);
    }
  }

  const failed = follow(await list());
  // A caller races against `failed` only while it waits.
  failed.catch(() => undefined);
  return { items: () => [...objects.values()], failed };
}
