import type { ManagedFields } from '../../core/kubernetes.js';
import { setOf } from './owned.js';
import { difference, type FieldSet, isEmpty, union } from './set.js';

/**
 * metadata.managedFields in which fields of other managers belong to what one manager has applied, so that its next apply
 * removes those that it does not state; kubectl does the same before its first server-side apply. Write the result with
 * the resourceVersion that it was read with.
 *
 * @param taken - what of an entry is taken; the rest stays with its manager
 * @returns undefined when nothing is taken, so that there is nothing to write
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#upgrading-from-client-side-apply-to-server-side-apply
 */
export function absorb(
  managedFields: readonly ManagedFields[],
  taken: (entry: ManagedFields) => FieldSet,
  into: { readonly manager: string; readonly apiVersion: string },
): ManagedFields[] | undefined {
  const isTarget = (entry: ManagedFields) =>
    entry.manager === into.manager && entry.operation === 'Apply' && !entry.subresource;
  const isOfSubresource = ({ subresource }: ManagedFields) => Boolean(subresource);
  let absorbed: FieldSet = {};
  const others = managedFields
    .filter((entry) => !isTarget(entry))
    .flatMap((entry): ManagedFields[] => {
      const fields = isOfSubresource(entry) ? {} : taken(entry);
      if (isEmpty(fields)) return [entry];
      absorbed = union(absorbed, fields);
      const left = difference(setOf(entry), fields);
      return isEmpty(left) ? [] : [{ ...entry, fieldsV1: left }];
    });
  if (isEmpty(absorbed)) return undefined;
  const target = managedFields.find(isTarget);
  return [
    {
      manager: into.manager,
      operation: 'Apply',
      apiVersion: into.apiVersion,
      ...(target?.time !== undefined && { time: target.time }),
      fieldsType: 'FieldsV1',
      fieldsV1: union(target ? setOf(target) : {}, absorbed),
    },
    ...others,
  ];
}
