import { FIELD_MANAGER } from '../../../charts/names.js';
import type { Deployment, ManagedFields } from '../../core/kubernetes.js';
import { objectName } from '../steps.js';
import { appliedBy, setOf } from './owned.js';
import { paths } from './paths.js';
import { below, difference, isEmpty } from './set.js';

/**
 * Fields of a Pod template that another manager owns and the manifest that was just applied does not state, a sentence for
 * each manager. What the server or an admission plugin fills in has no owner.
 */
export function unstatedFields(applied: Deployment): string[] {
  const own = appliedBy(applied, FIELD_MANAGER);
  const isOther = ({ manager, subresource }: ManagedFields) => manager !== FIELD_MANAGER && !subresource;
  return (applied.metadata.managedFields ?? []).filter(isOther).flatMap((entry) => {
    const template = below(below(difference(setOf(entry), own), 'f:spec'), 'f:template');
    if (isEmpty(template)) return [];
    const fields = paths(template, '.spec.template').join(', ');
    return `${objectName(applied)} also has what ${entry.manager} set and the manifest does not state: ${fields}`;
  });
}
