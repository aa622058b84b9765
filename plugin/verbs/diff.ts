import type { Verb } from './verb.js';

export const diff: Verb = {
  name: 'diff',
  group: 'Inspection Commands',
  args: '[NAME]',
  maxArgs: 1,
  summary: 'Show how manifests differ from the cluster, or from a git revision',
  description:
    'Show how the manifests of a release, or of every release that they hold, differ from the cluster: what applying them would\n' +
    'change, by a dry run of the API server. Nothing is changed. With --against they are compared with themselves at a git\n' +
    'revision, and no cluster is asked. Of each change it says what it means for blue/green. The color that has the traffic is\n' +
    'told, and is no difference.\n\n' +
    'Exit status: 0 no differences were found, 1 differences were found, >1 an error occurred.',
  examples: `
# Compare dist/ with the cluster
kubectl bluegreen diff engine-ops

# What a branch changes, for every release, without a cluster
kubectl bluegreen diff --against=origin/main

# The same as a comment for a pull request
kubectl bluegreen diff -f dist/ --against=origin/main -o markdown`,
  flags: {
    filename: { type: 'string', alias: 'f', array: true, describe: 'Folder or file of manifests', hint: "['dist']" },
    against: { type: 'string', describe: 'Git revision to compare with, in place of the cluster', hint: "''" },
    output: {
      type: 'string',
      alias: 'o',
      choices: ['json', 'yaml', 'markdown'],
      describe: 'Output format: json, yaml or markdown; by default unified diffs',
      hint: "''",
    },
  },
  load: () => import('../commands/diff.js'),
};
