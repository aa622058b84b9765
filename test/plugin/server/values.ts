import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';

export type Tree = Record<string, unknown>;

export const isMap = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const SERVER_METADATA = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'selfLink'];

/** What managers may own of an object. */
export function content(object: KubernetesObject | undefined): Tree {
  if (!object) return {};
  const { apiVersion: _, kind: __, status: ___, metadata, ...rest } = object as KubernetesObject & { status?: unknown };
  // The server leaves out labels and annotations of which there are none.
  const isEmpty = (value: unknown) => isMap(value) && Object.keys(value).length === 0;
  const own = Object.entries(metadata).filter(
    ([name, value]) => !isEmpty(value) && ![...SERVER_METADATA, 'name', 'namespace', 'managedFields'].includes(name),
  );
  return withoutNulls({ ...rest, metadata: Object.fromEntries(own) }) as Tree;
}

/** The server drops what is null. What has no null in it is returned as it is. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(withoutNulls);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isMap(value)) return value;
  const fields = Object.entries(value);
  const kept = fields.flatMap(([name, inside]) =>
    inside === null || inside === undefined ? [] : [[name, withoutNulls(inside)] as const],
  );
  const isSame = kept.length === fields.length && kept.every(([name, inside]) => inside === value[name]);
  return isSame ? value : Object.fromEntries(kept);
}

/** Whether two values are the same JSON, whatever the order of their fields. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, index) => equal(one, b[index]));
  if (!isMap(a) || !isMap(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => equal(a[name], b[name]));
}

/**
 * A copy of JSON; sets of fields, which nothing changes, are shared. structuredClone takes several times as long, and
 * returns objects of another realm to tests.
 */
export function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy) as T;
  const result: Tree = {};
  for (const [name, inside] of Object.entries(value)) {
    if (inside !== undefined) result[name] = name === 'fieldsV1' ? inside : copy(inside);
  }
  return result as T;
}
