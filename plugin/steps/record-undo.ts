import { writeComplete } from './actions/template.js';
import type { StepKind } from './kind.js';

/** Writes on a Deployment without colors how its undo ended. */
export const recordUndo: StepKind<'record-undo'> = {
  describe: ({ deployment, outcome }) => `record the outcome "${outcome}" on deployment.apps/${deployment}`,
  summarize: () => ({ kind: 'record' }),
  changes: 'records',
  run: (run, _, { undo }) => writeComplete(run, undo),
};
