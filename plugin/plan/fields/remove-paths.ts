import type { KubernetesObject } from '../../kubernetes.js';
import { hasKeys } from './member.js';
import { fieldShape, type Shape } from './shape.js';
import { shapeOf } from './shapes.js';

/**
 * A copy of a manifest without the fields of some printed paths, such as those of a conflict. Paths that lead to nothing
 * in it are left alone. A map that has become empty goes with its last field.
 */
export function removePaths<T extends KubernetesObject>(manifest: T, printed: readonly string[]): T {
  return printed.reduce<unknown>((left, path) => without(left, path, shapeOf(manifest)) ?? {}, manifest) as T;
}

/** @returns undefined when nothing is left */
function without(value: unknown, path: string, shape: Shape | undefined): unknown {
  if (path === '') return undefined;
  if (Array.isArray(value)) return withoutItem(value, path, shape);
  if (typeof value !== 'object' || value === null) return value;
  // Names may have dots: the longest that there is.
  const name = Object.keys(value)
    .filter((key) => leadsTo(path, `.${key}`))
    .sort((a, b) => b.length - a.length)[0];
  if (name === undefined) return value;
  const fields = value as Record<string, unknown>;
  const left = without(fields[name], path.slice(name.length + 1), fieldShape(shape, name));
  if (left === fields[name]) return value;
  const result = Object.fromEntries(
    Object.entries(fields).flatMap(([key, one]) => {
      if (key !== name) return [[key, one]];
      return left === undefined ? [] : [[key, left]];
    }),
  );
  return Object.keys(result).length > 0 ? result : undefined;
}

const leadsTo = (path: string, start: string) => path.startsWith(start) && /^($|[.[])/.test(path.slice(start.length));

function withoutItem(items: readonly unknown[], path: string, shape: Shape | undefined): unknown {
  const bracket = /^\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/.exec(path);
  if (!bracket) return items;
  const after = path.slice(bracket[0].length);
  const { isMeant, keys } = selector(bracket[1] ?? '', shape);
  // An item cannot be stated without its keys.
  if (keys.some((key) => after === `.${key}`)) return items;
  const item = shape?.kind === 'items' ? shape.item : undefined;
  const left = items.map((one, index) => (isMeant(one, index) ? without(one, after, item) : one));
  if (left.every((one, index) => one === items[index])) return items;
  const kept = left.filter((one) => one !== undefined);
  return kept.length > 0 ? kept : undefined;
}

interface Selector {
  isMeant(item: unknown, index: number): boolean;
  /** The names of the fields by which the item is told from others. */
  readonly keys: readonly string[];
}

function selector(text: string, shape: Shape | undefined): Selector {
  if (/^\d+$/.test(text)) return { isMeant: (_, index) => index === Number(text), keys: [] };
  if (text.startsWith('=')) return { isMeant: (item) => JSON.stringify(item) === text.slice(1), keys: [] };
  const found = [...text.matchAll(/(?:^|,)(\w+)=("(?:[^"\\]|\\.)*"|[^,]*)/g)];
  const wanted = Object.fromEntries(found.map(([, key = '', value = '']) => [key, JSON.parse(value)]));
  return { isMeant: (item) => hasKeys(item, wanted, shape), keys: Object.keys(wanted) };
}
