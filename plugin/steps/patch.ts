import type { DeploymentPatch } from '../plan/steps.js';
import { patchDeployment } from './actions/objects.js';
import type { StepKind } from './kind.js';
import { imagesIn, strategyName } from './words.js';

/** Patches one color's Deployment, where there is no manifest to apply. */
export const patch: StepKind<'patch'> = {
  describe: ({ deployment, patch: wanted }) => `patch deployment.apps/${deployment}: ${describePatch(wanted)}`,
  // A template may hold secrets.
  summarize: ({ patch: wanted }) =>
    wanted.revision ? { patch: { ...wanted, revision: wanted.revision.number } } : { patch: wanted },
  changes: 'color',
  run: (run, step, { plan }) => patchDeployment(run, step.deployment, step.patch, plan.idle),
};

function describePatch({ revision, image, replicas, strategy }: DeploymentPatch): string {
  const parts = [
    revision && `template of revision ${revision.number} (image ${imagesIn(revision.template)})`,
    image && `image ${image.image}`,
    replicas !== undefined && `${replicas} replicas`,
    strategy && `strategy ${strategyName(strategy)}`,
  ];
  return parts.filter(Boolean).join(', ');
}
