import {
  CHECK_FLAGS,
  COMMAND_FLAGS,
  ENVIRONMENT_FLAG,
  EVENTS_FLAG,
  FILENAME_FLAG,
  JUNIT_FLAG,
  OUTPUT_FLAG,
} from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

export const verify: Verb = {
  name: 'verify',
  group: 'Release Commands',
  args: 'NAME [COLOR]',
  maxArgs: 2,
  connects: 'context',
  takesCommand: true,
  summary: 'Check every Pod of a color, one by one',
  help: () => import('./help.js'),
  flags: {
    ...FILENAME_FLAG,
    ...ENVIRONMENT_FLAG,
    ...CHECK_FLAGS,
    ...COMMAND_FLAGS,
    ...JUNIT_FLAG,
    ...EVENTS_FLAG,
    ...OUTPUT_FLAG,
  },
  load: () => import('./run.js'),
};
