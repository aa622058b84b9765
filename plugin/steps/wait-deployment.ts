import type { Pod } from '../core/kubernetes.js';
import type { UndoPlan } from '../plan/rolling/undo.js';
import { deploymentProgress } from '../plan/rollout.js';
import type { Run } from '../run/context.js';
import { waitDeployment as wait } from './actions/wait.js';
import type { StepKind } from './kind.js';

/** Waits until every Pod of a Deployment without colors is of its newest template and ready. */
export const waitDeployment: StepKind<'wait-deployment'> = {
  describe: ({ timeoutSeconds }) => `wait until every Pod is of it and ready, ${timeoutSeconds}s at most`,
  summarize: () => ({ kind: 'wait' }),
  changes: 'nothing',
  async run(run, _, { undo, waited }) {
    waited.pods = await waitForPods(run, undo);
    return { pods: waited.pods.map(({ metadata }) => metadata.name) };
  },
};

export function waitForPods(
  run: Run,
  { deployment, labelSelector, timeoutSeconds }: UndoPlan,
): Promise<readonly Pod[]> {
  return wait(run, { deployment, labelSelector, timeoutSeconds, progress: deploymentProgress });
}
