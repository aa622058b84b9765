import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { memberOf } from '../../../plugin/plan/fields/member.js';
import type { FieldSet } from '../../../plugin/plan/fields/set.js';
import { fieldShape, type Shape } from '../../../plugin/plan/fields/shape.js';
import { shapeOf } from '../../../plugin/plan/fields/shapes.js';
import { equal, isMap, type Tree } from './values.js';

/** What differs between two states of an object, as sets of fields. */
export interface Comparison {
  readonly removed: FieldSet;
  /** With another value, or new. */
  readonly changed: FieldSet;
}

/** Undefined stands for no field at all. */
interface Nodes {
  readonly removed?: FieldSet | undefined;
  readonly changed?: FieldSet | undefined;
}

/**
 * A field that comes or goes is in the set with all that is in it, each map and list on the way too.
 *
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/typed/compare.go
 */
export function compare(before: Tree, after: Tree, kind: KubernetesObject): Comparison {
  const { removed = {}, changed = {} } = compareFields(before, after, shapeOf(kind));
  return { removed, changed };
}

function compareFields(before: Tree, after: Tree, shape: Shape | undefined): Nodes {
  const names = Object.keys(before === after ? {} : { ...before, ...after });
  return gather(
    names.map((name) => {
      const [left, right] = [ofField(before, name), ofField(after, name)];
      return [`f:${name}`, left === right ? {} : compareNodes(left, right, fieldShape(shape, name))];
    }),
  );
}

const ofField = (fields: Tree, name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);

function compareNodes(before: unknown, after: unknown, shape: Shape | undefined): Nodes {
  if (before === undefined) return { changed: nodeOf(after, shape) };
  if (after === undefined) return { removed: nodeOf(before, shape) };
  if (isMap(before) && isMap(after) && shape?.kind !== 'atomic') return compareFields(before, after, shape);
  if (shape?.kind === 'items' || shape?.kind === 'set') return compareItems(listOf(before), listOf(after), shape);
  return equal(before, after) ? {} : { changed: {} };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function compareItems(before: readonly unknown[], after: readonly unknown[], shape: Shape): Nodes {
  const byName = (items: readonly unknown[]) => {
    const found = new Map<string, unknown[]>();
    for (const item of items) {
      const name = memberOf(item, shape) ?? '';
      found.set(name, [...(found.get(name) ?? []), item]);
    }
    return found;
  };
  const [left, right] = [byName(before), byName(after)];
  const item = shape.kind === 'items' ? shape.item : undefined;
  const names = [...new Set([...left.keys(), ...right.keys()])];
  return gather(names.map((name) => [name, compareTwins(left.get(name) ?? [], right.get(name) ?? [], item)]));
}

/** Items of the same keys, which an update may make, are one field by that name, without fields of their own. */
function compareTwins(before: readonly unknown[], after: readonly unknown[], shape: Shape | undefined): Nodes {
  if (before.length <= 1 && after.length <= 1) return compareNodes(before[0], after[0], shape);
  if (before.length > 1 && after.length > 1) return equal(before, after) ? {} : { changed: {} };
  if (before.length > 1) return { removed: {}, ...(after.length > 0 && compareNodes(undefined, after[0], shape)) };
  return { ...(before.length > 0 && compareNodes(before[0], undefined, shape)), changed: {} };
}

function gather(entries: readonly [string, Nodes][]): Nodes {
  const of = (side: keyof Nodes): FieldSet | undefined => {
    const found = entries.flatMap(([name, nodes]): [string, FieldSet][] => (nodes[side] ? [[name, nodes[side]]] : []));
    return found.length > 0 ? Object.fromEntries(found) : undefined;
  };
  return { removed: of('removed'), changed: of('changed') };
}

/** A value with all that is in it, each by itself. */
function nodeOf(value: unknown, shape: Shape | undefined): FieldSet {
  const { changed = {} } = isWhole(value, shape)
    ? {}
    : isMap(value)
      ? compareFields({}, value, shape)
      : compareItems([], listOf(value), shape as Shape);
  return Object.keys(changed).length > 0 ? { '.': {}, ...changed } : {};
}

function isWhole(value: unknown, shape: Shape | undefined): boolean {
  if (isMap(value)) return shape?.kind === 'atomic';
  return shape?.kind !== 'items' && shape?.kind !== 'set';
}
