import type { Verb } from './verb.js';

export const options: Verb = {
  name: 'options',
  group: 'Other Commands',
  args: '',
  maxArgs: 0,
  summary: 'List the global options, which are handed to kubectl',
  description: 'List the global options, which are handed to kubectl.',
  examples: 'kubectl bluegreen options',
  flags: {},
  load: () => import('../commands/options.js'),
};
