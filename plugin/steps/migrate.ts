import { objectName } from '../plan/steps.js';
import { runMigration } from './actions/migrate.js';
import type { StepKind } from './kind.js';
import { imagesOf } from './words.js';

/** Runs a Job, unless one of that name is done: its name says for which version it is. */
export const migrate: StepKind<'migrate'> = {
  describe: ({ job }) => `run ${objectName(job)} (image ${imagesOf(job)}) once`,
  summarize: ({ job }) => ({ job: objectName(job) }),
  changes: 'color',
  isPartial: true,
  run: (run, { job }) => runMigration(run, job),
};
