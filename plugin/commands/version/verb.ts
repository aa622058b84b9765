import type { Verb } from '../../invocation/verb.js';

export const version: Verb = {
  name: 'version',
  group: 'Other Commands',
  args: '',
  maxArgs: 0,
  summary: 'Print the version of this plugin',
  help: () => import('./help.js'),
  flags: {},
  load: () => import('./run.js'),
};
