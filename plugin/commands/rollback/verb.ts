import {
  CAPACITY_FLAG,
  CHECK_FLAGS,
  CHECK_PATH_FLAG,
  DEPLOY_FLAGS,
  DRY_RUN_FLAG,
  ENVIRONMENT_FLAG,
  EVENTS_FLAG,
  type Flags,
  JUNIT_FLAG,
  OUTPUT_FLAG,
  REVISION_FLAG,
  WRITE_BACK_FLAGS,
} from '../../invocation/flags.js';
import { ROLLBACK_FORCE_FLAG, TRAFFIC_FLAGS } from '../../invocation/traffic-flags.js';
import type { Verb } from '../../invocation/verb.js';

export const rollback: Verb = {
  name: 'rollback',
  group: 'Release Commands',
  args: 'NAME',
  maxArgs: 1,
  connects: 'context',
  summary: 'Move traffic back to the other color',
  help: () => import('./help.js'),
  flags: {
    ...ENVIRONMENT_FLAG,
    timeout: DEPLOY_FLAGS.timeout as Flags[string],
    ...REVISION_FLAG,
    ...CAPACITY_FLAG,
    ...TRAFFIC_FLAGS,
    ...ROLLBACK_FORCE_FLAG,
    ...WRITE_BACK_FLAGS,
    ...CHECK_FLAGS,
    ...CHECK_PATH_FLAG,
    ...JUNIT_FLAG,
    ...EVENTS_FLAG,
    ...DRY_RUN_FLAG,
    ...OUTPUT_FLAG,
  },
  load: () => import('./run.js'),
};
