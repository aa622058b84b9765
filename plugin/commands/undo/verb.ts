import {
  CHECK_FLAGS,
  CHECK_PATH_FLAG,
  DEPLOY_FLAGS,
  DRY_RUN_FLAG,
  type Flags,
  OUTPUT_FLAG,
  REVISION_FLAG,
} from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

export const undo: Verb = {
  name: 'undo',
  group: 'Release Commands',
  args: 'DEPLOYMENT',
  maxArgs: 1,
  summary: 'Bring a Deployment without colors back to an earlier revision, and verify it',
  help: () => import('./help.js'),
  flags: {
    ...REVISION_FLAG,
    timeout: DEPLOY_FLAGS.timeout as Flags[string],
    ...CHECK_FLAGS,
    ...CHECK_PATH_FLAG,
    ...DRY_RUN_FLAG,
    ...OUTPUT_FLAG,
  },
  load: () => import('./run.js'),
};
