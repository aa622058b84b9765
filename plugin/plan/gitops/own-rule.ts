import { PLUGIN, PREFIX, SELECTOR_ANNOTATION } from '../../../charts/names.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import { appliedBy } from '../fields/owned.js';
import { below } from '../fields/set.js';
import type { MovedField } from './fields.js';

/** Annotations that say, where no rule can be read, that applying the object keeps the live field. */
export const OWN_ANNOTATIONS: Readonly<Record<MovedField['field'], string>> = {
  selector: SELECTOR_ANNOTATION,
  replicas: `${PREFIX}/replicas-managed-by`,
};

const FLUX_APPLY = 'kustomize.toolkit.fluxcd.io/ssa';

const fluxWrote = (object: KubernetesObject): boolean =>
  Object.hasOwn(
    below(below(appliedBy(object, 'kustomize-controller'), 'f:metadata'), 'f:annotations'),
    `f:${FLUX_APPLY}`,
  );

/** Whether an object itself says that its field is left alone, whatever the rules of the tool are. */
export function saysItIsLeftAlone(object: KubernetesObject | undefined, field: MovedField['field']): boolean {
  const annotations = object?.metadata.annotations ?? {};
  if (annotations[OWN_ANNOTATIONS[field]] === PLUGIN) return true;
  // Flux leaves an object alone once it exists when its manifest says so: what was written on the live object alone is
  // no rule to Flux, which removes it.
  return annotations[FLUX_APPLY]?.toLowerCase() === 'ifnotpresent' && object !== undefined && fluxWrote(object);
}
