import { FIELD_MANAGER, POLICY_ANNOTATION } from '../../charts/names.js';
import type { Deployment } from '../core/kubernetes.js';
import { withAnnotation } from './annotations.js';
import { extract } from './fields/extract.js';
import { appliedBy } from './fields/owned.js';
import { withImage } from './image.js';
import type { DeploymentPatch } from './steps.js';

/**
 * What to apply to change a Deployment that no manifest is at hand for: what this plugin has applied before, with the
 * change, so that nothing which it stated goes.
 *
 * @param live - taken over, so that what kubectl wrote is among what was applied
 */
export function patchedDeployment(live: Deployment, patch: DeploymentPatch): Deployment {
  const { image, replicas, revision, strategy } = patch;
  const applied = extract(live, appliedBy(live, FIELD_MANAGER)) as Deployment;
  const spec = {
    ...applied.spec,
    ...(replicas !== undefined && { replicas }),
    ...(strategy && { strategy }),
    ...(revision && { template: revision.template }),
  };
  const changed = { ...applied, spec };
  const versioned =
    revision?.policy === undefined ? changed : withAnnotation(changed, POLICY_ANNOTATION, revision.policy);
  return image ? withContainerImage(versioned, image.container, image.image) : versioned;
}

/** The container may not be among what was applied: where another tool owns the Deployment, its image alone is taken over. */
function withContainerImage(deployment: Deployment, container: string, image: string): Deployment {
  const { template = { spec: { containers: [] } } } = deployment.spec as Partial<Deployment['spec']>;
  const { containers = [] } = template.spec ?? {};
  const isThere = containers.some(({ name }) => name === container);
  const all = isThere ? containers : [...containers, { name: container, image }];
  const spec = { ...deployment.spec, template: { ...template, spec: { ...template.spec, containers: all } } };
  return withImage({ ...deployment, spec }, container, image);
}
