import { awaitSwitch as wait } from './actions/await-switch.js';
import type { StepKind } from './kind.js';

/** Waits until a tool has moved traffic, as a commit says. */
export const awaitSwitch: StepKind<'await-switch'> = {
  describe: ({ tool, color }) => `wait until ${tool} moves traffic to ${color}: commit and push what was written`,
  summarize: ({ tool, color }) => ({ description: `wait until ${tool} moves traffic to ${color}` }),
  changes: 'nothing',
  run: (run, { color, tool, timeoutMs }) => wait(run, color, tool, timeoutMs),
};
