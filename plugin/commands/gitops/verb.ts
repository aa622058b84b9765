import { ENVIRONMENT_FLAG, text } from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

export const gitops: Verb = {
  name: 'gitops',
  group: 'Inspection Commands',
  args: 'NAME',
  maxArgs: 1,
  summary: 'Show which tool applies a release from git, and the rules that it needs',
  help: () => import('./help.js'),
  flags: {
    ...ENVIRONMENT_FLAG,
    tool: text('Print the rules for this tool and ask no cluster: flux, argocd or helm', "''", {
      choices: ['flux', 'argocd', 'helm'],
    }),
    'argocd-namespace': text('Namespace of the Application, where the Service does not name it', "'argocd'"),
    output: text('Output format: json or yaml', "''", { alias: 'o', choices: ['json', 'yaml'] }),
  },
  load: () => import('./run.js'),
};
