import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../../plugin/kubernetes.js';
import { memberOf } from '../../../plugin/plan/fields/member.js';
import { difference, type FieldSet, union } from '../../../plugin/plan/fields/set.js';
import { fieldShape, type Shape } from '../../../plugin/plan/fields/shape.js';
import { shapeOf } from '../../../plugin/plan/fields/shapes.js';
import { isMap, type Tree } from './values.js';

/** What differs between two states of an object, as sets of fields. */
export interface Comparison {
  readonly removed: FieldSet;
  /** With another value, or new. */
  readonly changed: FieldSet;
}

/** @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/typed/compare.go */
export function compare(before: Tree, after: Tree, kind: KubernetesObject): Comparison {
  const shape = shapeOf(kind);
  const [had, has] = [everyField(before, shape), everyField(after, shape)];
  return {
    removed: difference(had, has),
    changed: union(difference(has, had), modified(before, after, shape)),
  };
}

/** Every field that is there, with the maps and lists around them: each is in the set by itself. */
export function everyField(value: Tree, shape: Shape | undefined): FieldSet {
  return Object.fromEntries(
    Object.entries(value).map(([name, inside]) => [`f:${name}`, nodeOf(inside, fieldShape(shape, name))]),
  );
}

function nodeOf(value: unknown, shape: Shape | undefined): FieldSet {
  const inside = isMap(value) && shape?.kind !== 'atomic' ? everyField(value, shape) : itemsOf(value, shape);
  return Object.keys(inside).length > 0 ? { '.': {}, ...inside } : {};
}

function itemsOf(value: unknown, shape: Shape | undefined): FieldSet {
  if (!Array.isArray(value) || (shape?.kind !== 'items' && shape?.kind !== 'set')) return {};
  const item = shape.kind === 'items' ? shape.item : undefined;
  return Object.fromEntries(value.map((one) => [memberOf(one, shape), item ? nodeOf(one, item) : {}]));
}

function modified(before: Tree, after: Tree, shape: Shape | undefined): FieldSet {
  const found = Object.keys(after)
    .filter((name) => Object.hasOwn(before, name))
    .flatMap((name) => entry(`f:${name}`, modifiedNode(before[name], after[name], fieldShape(shape, name))));
  return Object.fromEntries(found);
}

/** @returns undefined when nothing differs */
function modifiedNode(before: unknown, after: unknown, shape: Shape | undefined): FieldSet | undefined {
  if (isMap(before) && isMap(after) && shape?.kind !== 'atomic') return orNothing(modified(before, after, shape));
  if (Array.isArray(before) && Array.isArray(after) && (shape?.kind === 'items' || shape?.kind === 'set')) {
    if (shape.kind === 'set') return undefined;
    const found = after.flatMap((item) => {
      const member = memberOf(item, shape) ?? '';
      const old = before.find((one) => memberOf(one, shape) === member);
      return old === undefined ? [] : entry(member, modifiedNode(old, item, shape.item));
    });
    return orNothing(Object.fromEntries(found));
  }
  return isDeepStrictEqual(before, after) ? undefined : {};
}

const entry = (name: string, set: FieldSet | undefined): [string, FieldSet][] => (set ? [[name, set]] : []);
const orNothing = (set: FieldSet) => (Object.keys(set).length > 0 ? set : undefined);
