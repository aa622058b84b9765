import type { KubernetesObject, ManagedFields } from '../../core/kubernetes.js';
import { compareText } from '../../core/text.js';
import { ownsSpecField } from '../fields/owned.js';

/**
 * Who wrote a Service's selector last. A selector is one field to the API server, so that one manager, or several that
 * applied the same value, own all of it.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function selectorWriter({ metadata }: KubernetesObject): ManagedFields | undefined {
  const writers = selectorManagers(metadata.managedFields ?? []);
  return writers.sort((a, b) => compareText(a.time ?? '', b.time ?? '')).at(-1);
}

/** The first of some field managers that owns the selector. */
export function findManager({ metadata }: KubernetesObject, names: readonly string[]): ManagedFields | undefined {
  return selectorManagers(metadata.managedFields ?? []).find(({ manager }) => names.includes(manager ?? ''));
}

/** Whether one of some field managers owns anything of an object: a switch takes the selector from who applied it. */
export const hasManager = ({ metadata }: KubernetesObject, names: readonly string[]): boolean =>
  (metadata.managedFields ?? []).some(({ manager = '', subresource }) => !subresource && names.includes(manager));

const selectorManagers = (fields: readonly ManagedFields[]): ManagedFields[] =>
  fields.filter((entry) => ownsSpecField(entry, 'selector'));
