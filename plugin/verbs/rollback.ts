import {
  CAPACITY_FLAG,
  CHECK_FLAGS,
  DEPLOY_FLAGS,
  DRY_RUN_FLAG,
  ENVIRONMENT_FLAG,
  type Flags,
  OUTPUT_FLAG,
  TRAFFIC_FLAGS,
  WRITE_BACK_FLAGS,
} from '../flags.js';
import { WRITE_BACK_HELP } from './texts.js';
import type { Verb } from './verb.js';

export const rollback: Verb = {
  name: 'rollback',
  args: 'NAME',
  maxArgs: 1,
  summary: 'Move traffic back to the other color',
  description:
    'Verify the other color, scaled up first if it was scaled down, and move traffic back to it. Nothing is asked.\n\n' +
    WRITE_BACK_HELP,
  examples: `
# Move traffic back to the color that had it before
kubectl bluegreen rollback engine-ops

# Make sure that traffic is on blue, whatever happened before
kubectl bluegreen rollback engine-ops --to=blue

# Move traffic back, and leave the change of the spec and of dist/ to be committed
kubectl bluegreen rollback engine-ops --write-back`,
  flags: {
    ...ENVIRONMENT_FLAG,
    timeout: DEPLOY_FLAGS.timeout as Flags[string],
    ...CAPACITY_FLAG,
    ...TRAFFIC_FLAGS,
    ...WRITE_BACK_FLAGS,
    ...CHECK_FLAGS,
    ...DRY_RUN_FLAG,
    ...OUTPUT_FLAG,
  },
  load: () => import('../commands/rollback.js'),
};
