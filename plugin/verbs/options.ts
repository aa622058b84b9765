import type { Verb } from './verb.js';

export const options: Verb = {
  name: 'options',
  group: 'Other Commands',
  args: '',
  maxArgs: 0,
  summary: 'List the global options, which are handed to kubectl',
  help: () => import('./help/options.js'),
  flags: {},
  load: () => import('../commands/options.js'),
};
