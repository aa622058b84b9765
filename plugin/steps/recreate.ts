import { objectName } from '../plan/steps.js';
import { undoStep } from './actions/put-back.js';
import type { StepKind } from './kind.js';
import { namesOf } from './words.js';

/** Makes objects again that a run deleted. */
export const recreate: StepKind<'recreate'> = {
  describe: ({ objects }) => `create ${namesOf(objects)} again`,
  summarize: ({ objects }) => ({ objects: objects.map(objectName) }),
  changes: 'objects',
  run: async (run, step, { plan }) => ({ notPutBack: await undoStep(run, step, plan.idle) }),
};
