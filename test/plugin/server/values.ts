import type { KubernetesObject } from '../../../plugin/kubernetes.js';

export type Tree = Record<string, unknown>;

export const isMap = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const SERVER_METADATA = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'selfLink'];

/** What managers may own of an object. */
export function content(object: KubernetesObject | undefined): Tree {
  if (!object) return {};
  const { apiVersion: _, kind: __, status: ___, metadata, ...rest } = object as KubernetesObject & { status?: unknown };
  const own = Object.entries(metadata).filter(
    ([name]) => ![...SERVER_METADATA, 'name', 'namespace', 'managedFields'].includes(name),
  );
  return withoutNulls({ ...rest, metadata: Object.fromEntries(own) }) as Tree;
}

/** The server drops what is null. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([, inside]) => inside !== null && inside !== undefined);
  return Object.fromEntries(kept.map(([name, inside]) => [name, withoutNulls(inside)]));
}
