import type { Verb } from '../../invocation/verb.js';

export const summary: Verb = {
  name: 'summary',
  group: 'Other Commands',
  args: '[FILE]',
  maxArgs: 1,
  summary: 'Render what a run printed with -o json as Markdown',
  help: () => import('./help.js'),
  flags: {
    output: {
      type: 'string',
      alias: 'o',
      choices: ['markdown', 'outputs'],
      default: 'markdown',
      describe: 'Output format: markdown or outputs',
      hint: "'markdown'",
    },
  },
  load: () => import('./run.js'),
};
