import { DRY_RUN_FLAG, ENVIRONMENT_FLAG, EVENTS_FLAG, OUTPUT_FLAG } from '../../invocation/flags.js';
import { CLEANUP_FLAGS } from '../../invocation/traffic-flags.js';
import type { Verb } from '../../invocation/verb.js';

export const cleanup: Verb = {
  name: 'cleanup',
  group: 'Release Commands',
  args: 'NAME',
  maxArgs: 1,
  connects: 'context',
  summary: 'Scale the idle color down, once its connections had time to drain',
  help: () => import('./help.js'),
  flags: { ...ENVIRONMENT_FLAG, ...CLEANUP_FLAGS, ...EVENTS_FLAG, ...DRY_RUN_FLAG, ...OUTPUT_FLAG },
  load: () => import('./run.js'),
};
