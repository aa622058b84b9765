import { ENVIRONMENT_FLAG, STATUS_FLAGS } from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

export const status: Verb = {
  name: 'status',
  group: 'Inspection Commands',
  args: '[NAME]',
  maxArgs: 1,
  connects: 'namespace',
  summary: 'Show which color has the traffic, and both colors',
  help: () => import('./help.js'),
  flags: { ...ENVIRONMENT_FLAG, ...STATUS_FLAGS },
  load: () => import('./run.js'),
};
