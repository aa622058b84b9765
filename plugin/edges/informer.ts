import type { KubernetesObject } from '../kubernetes.js';
import type { Api, Query } from './api.js';

/** A local copy of a collection, kept up to date by a watch. */
export interface Informer<T> {
  items(): T[];
  /** Rejects when the collection can no longer be followed; never resolves. */
  readonly failed: Promise<never>;
}

/** A collection may span namespaces. */
const keyOf = ({ metadata: { namespace, name } }: KubernetesObject) => `${namespace ?? ''}/${name}`;

/**
 * Lists a collection, then follows it until the signal; `onChange` is called after every change.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function inform<T extends KubernetesObject>(
  api: Api,
  path: string,
  query: Query,
  signal: AbortSignal,
  onChange: () => void,
): Promise<Informer<T>> {
  let objects = new Map<string, T>();

  async function list(): Promise<string> {
    const { metadata, items } = await api.list<T>(path, query);
    objects = new Map(items.map((item) => [keyOf(item), item]));
    onChange();
    return metadata.resourceVersion ?? '';
  }

  async function follow(from: string): Promise<never> {
    let resourceVersion = from;
    for (;;) {
      signal.throwIfAborted();
      // The server ends a watch after some minutes; it goes on where it ended, or anew when that is too long ago.
      for await (const { type, object } of api.watch<T>(path, { ...query, resourceVersion }, signal)) {
        if (type === 'ERROR') {
          resourceVersion = await list();
          break;
        }
        resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
        if (type === 'BOOKMARK') continue;
        if (type === 'DELETED') objects.delete(keyOf(object));
        else objects.set(keyOf(object), object);
        onChange();
      }
    }
  }

  const failed = follow(await list());
  // Whoever waits for a change races against `failed`; between two waits nobody does.
  failed.catch(() => undefined);
  return { items: () => [...objects.values()], failed };
}
