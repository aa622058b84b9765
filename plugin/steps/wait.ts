import { unlessForced } from '../run/forced.js';
import { waitRollout } from './actions/wait.js';
import type { StepKind } from './kind.js';

/** Waits until every Pod of a color is ready. */
export const wait: StepKind<'wait'> = {
  describe: ({ color, timeoutSeconds }) => `wait until every Pod of ${color} is ready, ${timeoutSeconds}s at most`,
  changes: 'nothing',
  run: (run, step) =>
    unlessForced(run, step, async () => {
      const pods = await waitRollout(run, step.color, step.deployment, step.timeoutSeconds);
      return { pods: pods.map((pod) => pod.metadata.name) };
    }),
};
