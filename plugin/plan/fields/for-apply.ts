import { FIELD_MANAGER } from '../../../charts/names.js';
import type { Deployment, KubernetesObject } from '../../core/kubernetes.js';
import { appliedBy } from './owned.js';
import { below } from './set.js';
import { takeOver, withManagedFields } from './take-over.js';

type PodSpec = Deployment['spec']['template']['spec'] & { serviceAccountName?: string; serviceAccount?: string };

/**
 * An object as it has to be applied over what is there. The server copies a Pod template's serviceAccountName to the
 * deprecated serviceAccount and back, so that leaving it out takes nothing away: both have to be stated as empty.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/v1/conversion.go
 */
export function forApply<T extends KubernetesObject>(object: T, live: KubernetesObject | undefined): T {
  if (object.kind !== 'Deployment' || !live) return object;
  const deployment = object as unknown as Deployment;
  const stated = deployment.spec?.template?.spec as PodSpec | undefined;
  const owned = appliedBy(withManagedFields(live, takeOver(live)), FIELD_MANAGER);
  const pod = below(below(below(owned, 'f:spec'), 'f:template'), 'f:spec');
  const now = (live as Deployment).spec.template.spec as PodSpec;
  if (!stated || stated.serviceAccountName || !now.serviceAccountName) return object;
  if (!Object.hasOwn(pod, 'f:serviceAccountName')) return object;
  const spec = { ...stated, serviceAccountName: '', serviceAccount: '' };
  const template = { ...deployment.spec.template, spec };
  return { ...object, spec: { ...deployment.spec, template } };
}
