import type { Verb } from './verb.js';

export const version: Verb = {
  name: 'version',
  group: 'Other Commands',
  args: '',
  maxArgs: 0,
  summary: 'Print the version of this plugin',
  help: () => import('./help/version.js'),
  flags: {},
  load: () => import('../commands/version.js'),
};
