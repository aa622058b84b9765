import { waitDrain } from './actions/drain.js';
import type { StepKind } from './kind.js';

/** Waits until traffic has been where it is for some time. */
export const drain: StepKind<'drain'> = {
  describe: ({ seconds, active, since }) =>
    `wait until ${seconds}s have passed since traffic moved to ${active} (${since})`,
  changes: 'nothing',
  run: (run, step) => waitDrain(run, step),
};
