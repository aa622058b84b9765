import { watchAfterSwitch } from './actions/switch-back.js';
import type { StepKind } from './kind.js';

/** Watches the color that got the traffic for the soak time, and moves traffic back when the color is unhealthy. */
export const watch: StepKind<'watch'> = {
  describe: ({ color, seconds, automaticRollback }) =>
    `watch ${color} for ${seconds}s${automaticRollback ? ', switching back if it fails' : ''}`,
  changes: 'nothing',
  run: (run, step, { plan, policy }) => watchAfterSwitch(run, step, plan, policy),
};
