import { objectName } from '../plan/steps.js';
import { deleteObjects } from './actions/objects.js';
import type { StepKind } from './kind.js';
import { namesOf } from './words.js';

/** Deletes objects that the manifests of the release no longer hold, or that a run has created. */
export const remove: StepKind<'delete'> = {
  describe: ({ objects }) => `delete ${namesOf(objects)}`,
  summarize: ({ objects }) => ({ objects: objects.map(objectName) }),
  changes: 'objects',
  run: (run, { objects }, { plan }) => deleteObjects(run, objects, plan.idle),
};
