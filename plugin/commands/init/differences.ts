import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../core/kubernetes.js';
import { withoutDefaults } from './defaults.js';

/** Where a live object and what a spec synthesizes do not say the same. */
export interface Difference {
  /** As kubectl names it, such as `deployment/shop-blue`. */
  readonly object: string;
  /** Path of the field, such as `spec.template.spec.volumes`; empty for the object as a whole. */
  readonly path: string;
  /** `lost`: live, and not in the spec; `added`: in the spec alone; `changed`: not the same in both. */
  readonly kind: 'lost' | 'added' | 'changed';
  readonly live?: unknown;
  readonly wanted?: unknown;
}

/** Every field that the two do not have in common, what the server fills in aside. */
export function differences(live: KubernetesObject, wanted: KubernetesObject): Difference[] {
  const object = nameOf(live);
  const found: Omit<Difference, 'object'>[] = [];
  compare(withoutNamespace(withoutDefaults(live)), withoutNamespace(withoutDefaults(wanted)), '', found);
  return found.map((difference) => ({ object, ...difference }));
}

export const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind.toLowerCase()}/${metadata.name}`;

/** A manifest need not name it. */
function withoutNamespace<T extends KubernetesObject>(object: T): T {
  const { namespace, ...metadata } = object.metadata;
  return { ...object, metadata };
}

type Found = Omit<Difference, 'object'>[];

function compare(live: unknown, wanted: unknown, path: string, found: Found): void {
  if (isDeepStrictEqual(live, wanted)) return;
  if (live === undefined || wanted === undefined) {
    found.push({ path, kind: wanted === undefined ? 'lost' : 'added', live, wanted });
  } else if (Array.isArray(live) && Array.isArray(wanted)) {
    compareLists(live, wanted, path, found);
  } else if (isMap(live) && isMap(wanted)) {
    for (const key of new Set([...Object.keys(live), ...Object.keys(wanted)]))
      compare(live[key], wanted[key], join(path, key), found);
  } else {
    found.push({ path, kind: 'changed', live, wanted });
  }
}

function compareLists(live: unknown[], wanted: unknown[], path: string, found: Found): void {
  const [before, after] = [keyed(live), keyed(wanted)];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const known = found.length;
  for (const key of keys) compare(before.get(key), after.get(key), `${path}[${key}]`, found);
  if (found.length > known || hasNoOrder(path)) return;
  found.push({ path: `${path} (its order)`, kind: 'changed' });
}

/** The ports of a Service and the metrics of an autoscaler mean the same in any order; a Pod's lists are its template. */
const hasNoOrder = (path: string) => path === 'spec.ports' || path === 'spec.metrics';

/** The items of a list by what tells them apart. */
function keyed(items: readonly unknown[]): Map<string, unknown> {
  return new Map(items.map((item, index) => [keyOf(item) ?? String(index), item]));
}

function keyOf(item: unknown): string | undefined {
  if (!isMap(item)) return undefined;
  const { containerPort, port, protocol, name, resource } = item;
  const number = containerPort ?? port;
  if (typeof number === 'number') return typeof protocol === 'string' ? `${number}/${protocol}` : String(number);
  const key = name ?? (isMap(resource) ? resource.name : undefined);
  return typeof key === 'string' ? key : undefined;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (path: string, key: string): string => {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
};
