import { objectName } from '../plan/steps.js';
import { undoStep } from './actions/put-back.js';
import type { StepKind } from './kind.js';
import { namesOf } from './words.js';

/** Puts objects back as they were observed, with their managedFields. */
export const restore: StepKind<'restore'> = {
  describe: ({ objects }) => `put back ${namesOf(objects)}`,
  summarize: ({ objects }) => ({ objects: objects.map(objectName) }),
  changes: 'objects',
  run: async (run, step, { plan }) => ({ notPutBack: await undoStep(run, step, plan.idle) }),
};
