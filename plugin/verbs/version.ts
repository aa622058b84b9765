import type { Verb } from './verb.js';

export const version: Verb = {
  name: 'version',
  group: 'Other Commands',
  args: '',
  maxArgs: 0,
  summary: 'Print the version of this plugin',
  description: 'Print the version of this plugin.',
  examples: 'kubectl bluegreen version',
  flags: {},
  load: () => import('../commands/version.js'),
};
