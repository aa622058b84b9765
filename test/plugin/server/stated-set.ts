import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { memberOf } from '../../../plugin/plan/fields/member.js';
import { type FieldSet, isEmpty, node } from '../../../plugin/plan/fields/set.js';
import { fieldShape, type Shape } from '../../../plugin/plan/fields/shape.js';
import { shapeOf } from '../../../plugin/plan/fields/shapes.js';

type Fields = Record<string, unknown>;

/** What the server sets itself, whatever a manifest says; no manager owns it. */
const SERVER_METADATA = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
];

/**
 * The fields that applying a manifest makes its manager own. Of a kind that is not in the table, lists are taken for one
 * value each.
 */
export function statedSet(manifest: KubernetesObject): FieldSet {
  const { apiVersion: _, kind: __, status: ___, ...stated } = manifest as KubernetesObject & { status?: unknown };
  const { metadata } = stated;
  const owned = Object.fromEntries(Object.entries(metadata).filter(([name]) => !SERVER_METADATA.includes(name)));
  return setOf({ ...stated, metadata: owned }, shapeOf(manifest));
}

function setOf(value: Fields, shape: Shape | undefined): FieldSet {
  const found: Record<string, FieldSet> = {};
  for (const [name, inside] of Object.entries(value)) {
    // metadata is no field of a manager's when nothing is stated in it.
    if (shape !== undefined && name === 'metadata' && isMap(inside) && Object.keys(inside).length === 0) continue;
    const set = nodeOf(inside, fieldShape(shape, name));
    if (set) found[`f:${name}`] = set;
  }
  return found;
}

/** @returns undefined when there is nothing to own: a list without items */
function nodeOf(value: unknown, shape: Shape | undefined): FieldSet | undefined {
  if (shape?.kind === 'items' || shape?.kind === 'set') {
    if (!Array.isArray(value)) return undefined;
    const found = value.map((item): [string, FieldSet] => [memberOf(item, shape) ?? '', itemSet(item, shape)]);
    return found.length > 0 ? Object.fromEntries(found) : undefined;
  }
  if (!isMap(value) || shape?.kind === 'atomic' || Object.keys(value).length === 0) return {};
  const inside = setOf(value, shape);
  return isEmpty(inside) ? undefined : inside;
}

function itemSet(item: unknown, shape: Shape): FieldSet {
  if (shape.kind !== 'items' || shape.item.kind === 'atomic' || !isMap(item)) return {};
  return node(true, setOf(item, shape.item));
}

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
