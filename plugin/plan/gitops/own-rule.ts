import { PLUGIN, PREFIX, SELECTOR_ANNOTATION } from '../../../charts/names.js';
import type { KubernetesObject } from '../../kubernetes.js';
import type { MovedField } from './fields.js';

/** Annotations by which whoever applies an object says that it keeps the live field, where no rule can be read. */
export const OWN_ANNOTATIONS: Readonly<Record<MovedField['field'], string>> = {
  selector: SELECTOR_ANNOTATION,
  replicas: `${PREFIX}/replicas-managed-by`,
};

/** Whether an object itself says that its field is left alone, whatever the rules of the tool are. */
export function saysItIsLeftAlone(object: KubernetesObject | undefined, field: MovedField['field']): boolean {
  const annotations = object?.metadata.annotations ?? {};
  if (annotations[OWN_ANNOTATIONS[field]] === PLUGIN) return true;
  // Flux leaves an object alone once it exists when told so.
  return annotations['kustomize.toolkit.fluxcd.io/ssa']?.toLowerCase() === 'ifnotpresent';
}
