import type { KubernetesObject, ManagedFields } from '../../../plugin/core/kubernetes.js';
import { difference, type FieldSet, isEmpty, union } from '../../../plugin/plan/fields/set.js';
import { statedSet } from './stated-set.js';

/** Who writes, and how. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string;
}

export const fieldsOf = (entry: ManagedFields): FieldSet => entry.fieldsV1 ?? {};

export const isWriter = (entry: ManagedFields, { manager, operation, subresource }: Writer): boolean =>
  entry.manager === manager && entry.operation === operation && entry.subresource === subresource;

export const allFields = (entries: readonly ManagedFields[]): FieldSet =>
  entries.reduce<FieldSet>((all, entry) => union(all, fieldsOf(entry)), {});

/** The entries without some fields; one that has none left goes. */
export function without(entries: readonly ManagedFields[], fields: FieldSet): ManagedFields[] {
  return entries
    .map((entry) => ({ ...entry, fieldsV1: difference(fieldsOf(entry), fields) }))
    .filter((entry) => !isEmpty(entry.fieldsV1));
}

/** The entries with a writer's fields in place of those it had. */
export function withFields(
  entries: readonly ManagedFields[],
  writer: Writer,
  fields: FieldSet,
  { apiVersion, time }: { apiVersion: string; time: string | undefined },
): ManagedFields[] {
  const others = entries.filter((entry) => !isWriter(entry, writer));
  if (isEmpty(fields)) return others;
  const { manager, operation, subresource } = writer;
  const entry: ManagedFields = {
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...(subresource !== undefined && { subresource }),
  };
  const order = ({ operation: one, manager: name = '' }: ManagedFields) => `${one} ${name}`;
  return [...others, entry].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** An object as a manager applied it: what a server would have noted. */
export function appliedBy<T extends KubernetesObject>(object: T, manager: string, time: string): T {
  const { apiVersion, metadata } = object;
  const writer: Writer = { manager, operation: 'Apply' };
  const managedFields = withFields([], writer, statedSet(object), { apiVersion, time });
  return { ...object, metadata: { ...metadata, managedFields } };
}
