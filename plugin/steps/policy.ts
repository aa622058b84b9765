import { writePolicy } from '../traffic/record.js';
import type { StepKind } from './kind.js';

/** Writes the release's policy, as the manifests have it, on the active Service. */
export const policy: StepKind<'policy'> = {
  describe: ({ service }) => `write the policy of the manifests on service/${service}`,
  changes: 'records',
  run: (run, step) => writePolicy(run, step.service, step.policy),
};
