import type { Verb } from '../../invocation/verb.js';

export const options: Verb = {
  name: 'options',
  group: 'Other Commands',
  args: '',
  maxArgs: 0,
  summary: 'List the global options, which are handed to kubectl',
  help: () => import('./help.js'),
  flags: {},
  load: () => import('./run.js'),
};
