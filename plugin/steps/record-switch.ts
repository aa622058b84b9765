import { recordSwitch as write } from './actions/record-switch.js';
import type { StepKind } from './kind.js';

/** Writes down a switch that a tool has made, as a commit said. */
export const recordSwitch: StepKind<'record-switch'> = {
  describe: ({ service, from, to, tool }) =>
    `record on service/${service} that ${tool} has moved traffic from ${from} to ${to}`,
  changes: 'traffic',
  run: (run, step, { plan }) => write(run, step, plan),
};
