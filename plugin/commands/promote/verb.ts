import {
  BUILD_FLAGS,
  CAPACITY_FLAG,
  CHECK_FLAGS,
  COMMAND_FLAGS,
  DEPLOY_FLAGS,
  DRY_RUN_FLAG,
  ENVIRONMENT_FLAG,
  HOLD_FLAG,
  JUNIT_FLAG,
  OUTPUT_FLAG,
  WRITE_BACK_FLAGS,
  YES_FLAG,
} from '../../invocation/flags.js';
import { TRAFFIC_FLAGS } from '../../invocation/traffic-flags.js';
import type { Verb } from '../../invocation/verb.js';

export const promote: Verb = {
  name: 'promote',
  group: 'Release Commands',
  args: 'NAME',
  maxArgs: 1,
  connects: 'context',
  takesCommand: true,
  summary: 'Deploy to the idle color, verify it, and move traffic there',
  help: () => import('./help.js'),
  flags: {
    ...ENVIRONMENT_FLAG,
    ...DEPLOY_FLAGS,
    ...BUILD_FLAGS,
    ...CAPACITY_FLAG,
    ...TRAFFIC_FLAGS,
    ...WRITE_BACK_FLAGS,
    ...HOLD_FLAG,
    ...YES_FLAG,
    ...CHECK_FLAGS,
    ...COMMAND_FLAGS,
    ...JUNIT_FLAG,
    ...DRY_RUN_FLAG,
    ...OUTPUT_FLAG,
  },
  load: () => import('./run.js'),
};
