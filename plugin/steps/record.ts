import { recordOutcome } from '../traffic/record.js';
import type { StepKind } from './kind.js';

/** Writes on the active Service how an operation ended. */
export const record: StepKind<'record'> = {
  describe: ({ service, outcome }) => `record the outcome "${outcome}" on service/${service}`,
  changes: 'records',
  run: async (run, step) => ({ operation: await recordOutcome(run, step.service, step.outcome, step.operationId) }),
};
