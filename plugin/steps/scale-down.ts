import { scaleDown as lower } from './actions/scale-down.js';
import type { StepKind } from './kind.js';

/** Lowers the replicas of a color that has no traffic; refused by the server as soon as it may get some. */
export const scaleDown: StepKind<'scale-down'> = {
  describe: ({ deployment, from, to, autoscaler }) =>
    `scale deployment.apps/${deployment} from ${from} to ${to} replicas, unless traffic comes to it before` +
    (autoscaler ? ` (HorizontalPodAutoscaler ${autoscaler} is off then)` : ''),
  changes: 'color',
  run: (run, step) => lower(run, step),
};
