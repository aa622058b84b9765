import type { KubernetesObject } from '../../core/kubernetes.js';
import { findMember } from './member.js';
import { below, type FieldSet, members, namesItself } from './set.js';
import { fieldShape, type Shape } from './shape.js';
import { shapeOf } from './shapes.js';

type Fields = Record<string, unknown>;

/**
 * The part of a live object that a set names, so that it can be applied again: kind and name, items of lists with their
 * keys and in the order that they have, and whole what the server takes as one value.
 */
export function extract<T extends KubernetesObject>(object: T, set: FieldSet): Partial<T> & KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  const found = fields(object as unknown as Fields, set, shapeOf(object));
  const identity = { name, ...(namespace !== undefined && { namespace }) };
  return {
    apiVersion,
    kind,
    ...found,
    metadata: { ...identity, ...(found.metadata as object) },
  } as unknown as Partial<T> & KubernetesObject;
}

function fields(value: Fields, set: FieldSet, shape: Shape | undefined): Fields {
  const result: Fields = {};
  for (const [name, inside] of Object.entries(value)) {
    if (!Object.hasOwn(set, `f:${name}`)) continue;
    const found = part(inside, below(set, `f:${name}`), fieldShape(shape, name));
    if (found !== undefined) result[name] = found;
  }
  return result;
}

/** @returns undefined when the set names nothing that there is */
function part(value: unknown, node: FieldSet, shape: Shape | undefined): unknown {
  if (isWhole(value, node, shape)) return value;
  if (Array.isArray(value)) {
    const found = value.flatMap((item, index) => listItem(item, index, node, shape));
    return found.length > 0 ? found : undefined;
  }
  const found = fields(value as Fields, node, shape);
  return Object.keys(found).length > 0 || namesItself(node) ? found : undefined;
}

/** Whether a node stands for its value as a whole, with all that is inside. */
export function isWhole(value: unknown, node: FieldSet, shape: Shape | undefined): boolean {
  if (typeof value !== 'object' || value === null || shape?.kind === 'atomic') return true;
  const isLeaf = members(node).length === 0;
  // A kind that is not in the table: a node without children is taken for one value.
  if (shape === undefined) return isLeaf;
  return Array.isArray(value) && shape.kind === 'map';
}

function listItem(item: unknown, index: number, list: FieldSet, shape: Shape | undefined): unknown[] {
  const member = findMember(list, item, index, shape);
  if (member === undefined) return [];
  if (typeof item !== 'object' || item === null) return [item];
  const found = part(item, below(list, member), shape?.kind === 'items' ? shape.item : undefined);
  return [withKeys(item as Fields, found as Fields | undefined, member, shape)];
}

/** The keys that the set does not name are added, unless the server's default says the same. */
function withKeys(item: Fields, found: Fields = {}, member: string, shape: Shape | undefined): Fields {
  const keys = member.startsWith('k:') ? Object.keys(JSON.parse(member.slice(2)) as object) : [];
  const defaults = shape?.kind === 'items' ? shape.defaults : {};
  const isNeeded = (key: string) => keys.includes(key) && item[key] !== defaults[key];
  return Object.fromEntries(
    Object.keys(item)
      .filter((key) => Object.hasOwn(found, key) || isNeeded(key))
      .map((key) => [key, Object.hasOwn(found, key) ? found[key] : item[key]]),
  );
}
