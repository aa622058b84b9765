import { COLOR_LABEL, type Color, isColor, otherColor } from '../../charts/names.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import { isOwnManager } from './field-writer.js';
import { refersTo } from './foreign.js';
import type { PlanInput } from './input.js';
import { allObjects, type Manifests, manifestDeployment, objectKey } from './manifests.js';
import type { State } from './state.js';
import { objectName } from './steps.js';

/**
 * Objects of the release that its manifests no longer hold: those that this plugin applied. What another tool made, it
 * takes away again itself.
 */
export const isOurs = ({ metadata }: KubernetesObject): boolean =>
  (metadata.managedFields ?? []).some(({ manager, operation }) => operation === 'Apply' && isOwnManager(manager));

/** The color that an object belongs to; undefined for one that both share. */
const colorOf = ({ metadata }: KubernetesObject): Color | undefined => {
  const color = metadata.labels?.[COLOR_LABEL];
  return isColor(color) ? color : undefined;
};

type Leaving = Pick<PlanInput, 'leftovers' | 'intent' | 'manifests'> & {
  readonly state: Pick<State, 'release' | 'deployments'>;
};

/** Those of one color, to be deleted with its deploy. */
export function leftoversOf({ leftovers = [], intent }: Leaving, color: Color): KubernetesObject[] {
  if (intent.prune === false) return [];
  return leftovers.filter((object) => colorOf(object) === color && isOurs(object));
}

/** Those that both colors share: what is to be deleted, and what is to be said of those that stay. */
export function sharedLeftovers(
  { leftovers = [], intent, state, manifests }: Leaving,
  prepared: Color,
): {
  readonly gone: readonly KubernetesObject[];
  readonly warnings: readonly string[];
} {
  const shared = leftovers.filter((object) => colorOf(object) === undefined);
  // The color that is deployed is replaced by what its manifest says.
  const after = manifests && manifestDeployment(manifests, state.release, prepared);
  const users = [state.deployments[otherColor(prepared)], after ?? state.deployments[prepared]];
  const gone: KubernetesObject[] = [];
  const warnings: string[] = [];
  for (const object of intent.prune === false ? [] : shared) {
    const name = objectName(object);
    const user = users.find((deployment) => deployment && refersTo(deployment, object));
    if (!isOurs(object))
      warnings.push(`${name} is not in the manifests, and was not applied by this plugin: left as it is`);
    else if (!intent.applyShared)
      warnings.push(`${name} is not in the manifests any more and is used by both colors: --apply-shared deletes it`);
    else if (user)
      warnings.push(`${name} is not in the manifests any more, but ${objectName(user)} uses it: left as it is`);
    else gone.push(object);
  }
  return { gone, warnings };
}

/** Objects that carry the labels of a release and that its manifests do not hold. */
export function leftoverObjects(labelled: readonly KubernetesObject[], manifests: Manifests): KubernetesObject[] {
  const stated = new Set(allObjects(manifests).map(objectKey));
  return labelled.filter((object) => !stated.has(objectKey(object)));
}
