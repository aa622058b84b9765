import type { KubernetesObject, ManagedFields } from '../../../plugin/core/kubernetes.js';
import { type FieldSet, intersection, isEmpty, union } from '../../../plugin/plan/fields/set.js';
import { shapeOf } from '../../../plugin/plan/fields/shapes.js';
import { compare } from './compare.js';
import { allFields, fieldsOf, isWriter, type Writer, withFields, without } from './managers.js';
import { mergeApplied } from './merge.js';
import { prune } from './prune.js';
import { applyConflict } from './refusals.js';
import { statedSet } from './stated-set.js';
import { content, equal, type Tree } from './values.js';

export interface Moment {
  /** RFC 3339, to the second. */
  readonly time: string;
}

/** @throws ApiError 409 without force, when another manager owns a field with another value */
export function apply(
  live: KubernetesObject | undefined,
  stated: KubernetesObject,
  { manager, force, time }: Moment & { readonly manager: string; readonly force: boolean },
): KubernetesObject {
  const writer: Writer = { manager, operation: 'Apply' };
  const { apiVersion } = stated;
  const shape = shapeOf(stated);
  const entries = managersOf(live, { time });
  const last = entries.find((entry) => isWriter(entry, writer));
  const others = entries.filter((entry) => entry !== last);
  const own = statedSet(stated);
  const before = content(live);
  const merged = mergeApplied(before, content(stated), shape) as Tree;
  const after = last ? prune(merged, fieldsOf(last), union(own, allFields(others)), shape) : merged;
  const { removed, changed } = compare(before, after, stated);
  const conflicts = others.map((entry) => ({ entry, fields: intersection(fieldsOf(entry), changed) }));
  if (!force && conflicts.some(({ fields }) => !isEmpty(fields))) throw applyConflict(conflicts);
  const left = without(others, union(changed, removed));
  const isChanged = !isEmpty(changed) || !isEmpty(removed);
  // A manager that changes nothing keeps the time of its last change, or has none.
  const when = isChanged || !live ? time : last?.time;
  const managers = withFields(left, writer, own, { apiVersion, time: when });
  return withContent(live ?? stated, after, managers);
}

/** A write of a whole object: by create, by replace, or by what a patch makes of it. */
export function update(
  live: KubernetesObject | undefined,
  next: KubernetesObject,
  { time, ...writer }: Moment & Omit<Writer, 'operation'>,
): KubernetesObject {
  const given = next.metadata.managedFields;
  const entries = writer.subresource === undefined && given?.some(hasManager) ? given : live?.metadata.managedFields;
  const isReset = writer.subresource === undefined && given !== undefined && !given.some(hasManager);
  const after = content(next);
  // An object without managers, or whose managers are taken away, stays without until it is applied.
  if (live && (isReset || !entries?.length)) return withContent(next, after, []);
  const { removed, changed } = compare(live ? content(live) : emptyOf(next), after, next);
  const left = without(entries ?? [], union(changed, removed));
  const whole: Writer = { operation: 'Update', ...writer };
  const before = left.find((entry) => isWriter(entry, whole));
  const owned = union(before ? fieldsOf(before) : {}, changed);
  const managers = isEmpty(changed) ? left : withFields(left, whole, owned, { apiVersion: next.apiVersion, time });
  return withContent(next, after, managers);
}

/** What an object has before anything is stated: its structs that are always written. */
function emptyOf({ kind }: KubernetesObject): Tree {
  if (kind === 'ConfigMap') return { metadata: {} };
  if (kind !== 'Deployment') return { metadata: {}, spec: {} };
  const template = { metadata: {}, spec: { containers: null } };
  return { metadata: {}, spec: { selector: null, strategy: {}, template } };
}

/**
 * A write by the subresource scale: it knows of replicas alone. Two of its ways are the real server's own: with 0
 * replicas nothing owns them, and who scales while nothing owns them is not noted.
 */
export function scale(
  live: KubernetesObject,
  replicas: number,
  { time, manager }: Moment & { readonly manager: string },
): KubernetesObject {
  const field: FieldSet = { 'f:spec': { 'f:replicas': {} } };
  const entries = live.metadata.managedFields ?? [];
  const before = content(live);
  const after = { ...before, spec: { ...(before.spec as Tree), replicas } };
  if (isEmpty(compare(before, after, live).changed)) return live;
  const isTracked = !isEmpty(intersection(allFields(entries), field));
  const left = without(entries, field);
  const writer: Writer = { manager, operation: 'Update', subresource: 'scale' };
  const { apiVersion } = live;
  const noted = isTracked && replicas !== 0 ? withFields(left, writer, field, { apiVersion, time }) : left;
  return withContent(live, after, noted);
}

const hasManager = ({ manager, fieldsV1 }: ManagedFields) => manager !== undefined || fieldsV1 !== undefined;

/** What was there before the first apply gets a manager of its own. */
function managersOf(live: KubernetesObject | undefined, { time }: Moment): readonly ManagedFields[] {
  const entries = live?.metadata.managedFields ?? [];
  if (!live || entries.length > 0) return entries;
  const writer: Writer = { manager: 'before-first-apply', operation: 'Update' };
  const owned = compare(emptyOf(live), content(live), live).changed;
  return withFields([], writer, owned, { apiVersion: live.apiVersion, time });
}

function withContent(
  object: KubernetesObject,
  { metadata, ...rest }: Tree,
  managedFields: ManagedFields[],
): KubernetesObject {
  const { apiVersion, kind, status } = object as KubernetesObject & { status?: unknown };
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp } = object.metadata;
  const identity = { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp };
  const known = Object.entries(identity).filter(([, value]) => value !== undefined);
  return {
    apiVersion,
    kind,
    metadata: {
      ...Object.fromEntries(known),
      ...(metadata as object),
      ...(managedFields.length > 0 && { managedFields }),
    },
    ...rest,
    ...(status !== undefined && { status }),
  } as KubernetesObject;
}

/** Whether a write leaves everything as it is, so that the server does not store it. */
export function isSame(a: KubernetesObject, b: KubernetesObject): boolean {
  const plain = ({ metadata: { resourceVersion: _, generation: __, ...metadata }, ...rest }: KubernetesObject) => ({
    ...rest,
    metadata,
  });
  return equal(plain(a), plain(b));
}
