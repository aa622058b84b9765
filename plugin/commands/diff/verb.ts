import { flag } from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

export const diff: Verb = {
  name: 'diff',
  group: 'Inspection Commands',
  args: '[NAME]',
  maxArgs: 1,
  summary: 'Show how manifests differ from the cluster, or from a git revision',
  help: () => import('./help.js'),
  flags: {
    filename: { type: 'string', alias: 'f', array: true, describe: 'Folder or file of manifests', hint: "['dist']" },
    against: { type: 'string', describe: 'Git revision to compare with, in place of the cluster', hint: "''" },
    gitops: flag(
      'With --against: refuse what changes the Pods of the color that has the traffic, once a tool applies it',
    ),
    output: {
      type: 'string',
      alias: 'o',
      choices: ['json', 'yaml', 'markdown'],
      describe: 'Output format: json, yaml or markdown; by default unified diffs',
      hint: "''",
    },
  },
  load: () => import('./run.js'),
};
