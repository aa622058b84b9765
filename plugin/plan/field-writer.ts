import { FIELD_MANAGER, PLUGIN, REPLICAS_MANAGER } from '../../charts/names.js';
import type { KubernetesObject, ManagedFields } from '../core/kubernetes.js';
import { compareText } from '../core/text.js';

/** Whether this plugin wrote, under its name of today or of before. */
export const isOwnManager = (manager: string | undefined): boolean =>
  manager === FIELD_MANAGER || manager === REPLICAS_MANAGER || manager === PLUGIN;

/**
 * Who wrote a field of an object's spec last, as the end of a sentence: ` by kubectl-edit at 2026-01-02T03:04:05Z`, or without
 * the time where that is not known.
 *
 * Times are to the second: of two in the same one, it is not this plugin, which looks because it did not write it.
 *
 * @returns nothing where the server does not say
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function writtenBy({ metadata }: KubernetesObject, field: string): string {
  const writers = (metadata.managedFields ?? []).filter(({ fieldsV1 }) => {
    const spec = fieldsV1?.['f:spec'];
    return typeof spec === 'object' && spec !== null && Object.hasOwn(spec, `f:${field}`);
  });
  const last = writers.reduce<(typeof writers)[number] | undefined>((best, one) => {
    if (!best) return one;
    // The server leaves the time out of what came by a subresource such as scale.
    const later = one.time && best.time ? compareText(one.time, best.time) : 0;
    const order = later || Number(isOwnManager(best.manager)) - Number(isOwnManager(one.manager));
    return order > 0 ? one : best;
  }, undefined);
  return last?.manager ? ` by ${last.manager}${whenOf(last)}` : '';
}

/** When a field manager wrote, ` at 2026-01-02T03:04:05Z`, where the server says it. */
export const whenOf = ({ time }: ManagedFields): string => (time ? ` at ${time}` : '');
