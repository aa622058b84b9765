import type { Verb } from './verb.js';

export const summary: Verb = {
  name: 'summary',
  group: 'Other Commands',
  args: '[FILE]',
  maxArgs: 1,
  summary: 'Render what a run printed with -o json as Markdown',
  description:
    'Render the document that deploy, promote or rollback printed with -o json: as Markdown for the summary of a pipeline or\n' +
    'a comment, or as NAME=VALUE lines. FILE is -, or left out, for stdin. No cluster is asked.',
  examples: `
# Show what a promotion did, as Markdown: "promote engine-ops --yes -o json > evidence.json" kept it
kubectl bluegreen summary evidence.json

# As lines for $GITHUB_OUTPUT: active-color, version, phase, exit-code and others
kubectl bluegreen summary evidence.json -o outputs`,
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
  load: () => import('../commands/summary.js'),
};
