import { HISTORY_FLAGS } from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

export const history: Verb = {
  name: 'history',
  group: 'Inspection Commands',
  args: 'NAME',
  maxArgs: 1,
  connects: 'namespace',
  summary: 'Show what was done to a release: who, when, versions, and how it ended',
  help: () => import('./help.js'),
  flags: HISTORY_FLAGS,
  load: () => import('./run.js'),
};
