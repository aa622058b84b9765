import { FIELD_MANAGER, RECORD_ANNOTATIONS } from '../../../charts/names.js';
import type { KubernetesObject, ManagedFields } from '../../core/kubernetes.js';
import { absorb } from './absorb.js';
import { kubectlFields } from './kubectl.js';
import { setOf } from './owned.js';
import { below, difference, type FieldSet, isEmpty, within } from './set.js';

/** Records of runs are no part of what a manifest says, and stay with whom they are. */
const RECORDS: FieldSet = {
  'f:metadata': { 'f:annotations': Object.fromEntries(RECORD_ANNOTATIONS.map((name) => [`f:${name}`, {}])) },
};

/**
 * An object's managedFields after this plugin has taken over what kubectl and its own older versions wrote, so that an
 * apply removes what the manifest no longer states.
 *
 * @returns undefined when there is nothing to take over
 */
export function takeOver({ apiVersion, metadata }: KubernetesObject): ManagedFields[] | undefined {
  const taken = (entry: ManagedFields) =>
    entry.apiVersion === apiVersion ? difference(kubectlFields(entry, FIELD_MANAGER), RECORDS) : {};
  return absorb(metadata.managedFields ?? [], taken, { manager: FIELD_MANAGER, apiVersion });
}

/** The same, and the whole Pod template with it, whose fields are all to be those of a revision. */
export function takeOverTemplate({ apiVersion, metadata }: KubernetesObject): ManagedFields[] | undefined {
  const taken = (entry: ManagedFields): FieldSet => {
    if (entry.apiVersion !== apiVersion || entry.manager === FIELD_MANAGER) return {};
    const template = within(below(setOf(entry), 'f:spec'), 'f:template');
    return isEmpty(template) ? {} : { 'f:spec': template };
  };
  const before = takeOver({ apiVersion, metadata } as KubernetesObject) ?? metadata.managedFields ?? [];
  const after = absorb(before, taken, { manager: FIELD_MANAGER, apiVersion });
  return after ?? (before === metadata.managedFields ? undefined : before);
}

/** A copy of an object with other managedFields. */
export function withManagedFields<T extends KubernetesObject>(
  object: T,
  managedFields: ManagedFields[] | undefined,
): T {
  return managedFields ? { ...object, metadata: { ...object.metadata, managedFields } } : object;
}
