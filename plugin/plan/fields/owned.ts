import type { KubernetesObject, ManagedFields } from '../../core/kubernetes.js';
import { below, type FieldSet, union } from './set.js';

/** The fields of an object that some of its managers own. */
export function ownedBy({ metadata }: KubernetesObject, isMeant: (entry: ManagedFields) => boolean): FieldSet {
  return (metadata.managedFields ?? []).filter(isMeant).reduce<FieldSet>((all, one) => union(all, setOf(one)), {});
}

/** What a manager has applied, and would therefore remove by not applying it again. */
export const appliedBy = (object: KubernetesObject, manager: string): FieldSet =>
  ownedBy(object, (entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource);

/** Whether a manager owns a field of the spec, such as `replicas`, or something inside of it. */
export const ownsSpecField = (entry: ManagedFields, field: string): boolean =>
  Object.hasOwn(below(setOf(entry), 'f:spec'), `f:${field}`);

/** The same of what a manager has applied of an object. */
export const appliesSpecField = (object: KubernetesObject, manager: string, field: string): boolean =>
  Object.hasOwn(below(appliedBy(object, manager), 'f:spec'), `f:${field}`);

export const setOf = ({ fieldsV1 }: ManagedFields): FieldSet => fieldsV1 ?? {};
