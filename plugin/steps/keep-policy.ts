import { keepPolicy as keep } from '../traffic/record.js';
import type { StepKind } from './kind.js';

/** Writes the policy of the version that a color runs on its Deployment, where an older plugin kept it on the Service. */
export const keepPolicy: StepKind<'keep-policy'> = {
  describe: ({ deployment }) => `keep the checks of what runs on deployment.apps/${deployment}`,
  changes: 'records',
  run: (run, { deployment, policy }) => keep(run, deployment, policy),
};
