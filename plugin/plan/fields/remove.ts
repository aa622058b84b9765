import type { KubernetesObject } from '../../core/kubernetes.js';
import { isWhole } from './extract.js';
import { findMember } from './member.js';
import { below, type FieldSet, namesItself } from './set.js';
import { fieldShape, type Shape } from './shape.js';
import { shapeOf } from './shapes.js';

type Fields = Record<string, unknown>;

/**
 * An object without the fields that a set names: what is left of it when their last owner gives them up. A map or an item
 * of a list goes when the set names it and nothing is left in it but an item's keys.
 */
export function remove<T extends KubernetesObject>(object: T, set: FieldSet): T {
  const left = withoutFields(object as unknown as Fields, set, shapeOf(object)) as unknown as T;
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  const identity = { name, ...(namespace !== undefined && { namespace }) };
  return { ...left, apiVersion, kind, metadata: { ...left.metadata, ...identity } };
}

function withoutFields(value: Fields, set: FieldSet, shape: Shape | undefined): Fields {
  const left = Object.entries(value).map(([name, inside]) => {
    const member = `f:${name}`;
    if (!Object.hasOwn(set, member)) return [name, inside];
    return [name, rest(inside, below(set, member), fieldShape(shape, name))];
  });
  return Object.fromEntries(left.filter(([, inside]) => inside !== undefined));
}

/** @returns undefined when nothing is left */
function rest(value: unknown, node: FieldSet, shape: Shape | undefined): unknown {
  if (isWhole(value, node, shape)) return undefined;
  if (Array.isArray(value)) {
    const left = value.flatMap((item, index) => listItem(item, index, node, shape));
    return left.length > 0 ? left : undefined;
  }
  const left = withoutFields(value as Fields, node, shape);
  const wasEmpty = Object.keys(value as Fields).length === 0;
  return Object.keys(left).length > 0 || (wasEmpty && !namesItself(node)) ? left : undefined;
}

function listItem(item: unknown, index: number, list: FieldSet, shape: Shape | undefined): unknown[] {
  const member = findMember(list, item, index, shape);
  if (member === undefined) return [item];
  const node = below(list, member);
  const left = rest(item, node, shape?.kind === 'items' ? shape.item : undefined);
  const keys = member.startsWith('k:') ? Object.keys(JSON.parse(member.slice(2)) as object) : [];
  const hasMore = Object.keys((left ?? {}) as Fields).some((key) => !keys.includes(key));
  if (left === undefined || (!hasMore && namesItself(node))) return [];
  // An item without its keys is none.
  const kept = Object.entries(item as Fields).filter(([key]) => keys.includes(key));
  return [{ ...Object.fromEntries(kept), ...(left as Fields) }];
}
