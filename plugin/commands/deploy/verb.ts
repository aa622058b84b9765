import {
  BUILD_FLAGS,
  CAPACITY_FLAG,
  CHECK_FLAGS,
  COMMAND_FLAGS,
  DEPLOY_FLAGS,
  DRY_RUN_FLAG,
  ENVIRONMENT_FLAG,
  EVENTS_FLAG,
  JUNIT_FLAG,
  OUTPUT_FLAG,
  text,
} from '../../invocation/flags.js';
import { FORCE_FLAG } from '../../invocation/traffic-flags.js';
import type { Verb } from '../../invocation/verb.js';

const COLOR_FLAG = text(
  'Color that gets the traffic where there is no active Service, by default the one that had it last, else the one of the manifests',
  "''",
  { choices: ['blue', 'green'] },
);

export const deploy: Verb = {
  name: 'deploy',
  group: 'Release Commands',
  args: 'NAME',
  maxArgs: 1,
  connects: 'context',
  takesCommand: true,
  summary: 'Bring the idle color to a version; traffic does not move',
  help: () => import('./help.js'),
  flags: {
    ...ENVIRONMENT_FLAG,
    ...DEPLOY_FLAGS,
    to: COLOR_FLAG,
    ...BUILD_FLAGS,
    ...CAPACITY_FLAG,
    ...FORCE_FLAG,
    ...CHECK_FLAGS,
    ...COMMAND_FLAGS,
    ...JUNIT_FLAG,
    ...EVENTS_FLAG,
    ...DRY_RUN_FLAG,
    ...OUTPUT_FLAG,
  },
  load: () => import('./run.js'),
};
