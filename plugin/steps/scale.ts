import { scaleDeployment } from './actions/objects.js';
import type { StepKind } from './kind.js';

/** Raises the replicas of the color that is prepared. */
export const scale: StepKind<'scale'> = {
  describe: ({ deployment, from, to }) => `scale deployment.apps/${deployment} from ${from} to ${to} replicas`,
  changes: 'color',
  run: (run, { deployment, to }, { plan }) => scaleDeployment(run, deployment, to, plan.idle),
};
