import { DRY_RUN_FLAG, flag, OUTPUT_FLAG, text } from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

export const setVersion: Verb = {
  name: 'set-version',
  group: 'Setup Commands',
  args: 'NAME VERSION [COLOR]',
  maxArgs: 3,
  summary: 'Set the version of the color without traffic in the spec, to be committed',
  help: () => import('./help.js'),
  flags: {
    spec: text('Spec of the release', "'charts/releases/NAME.yaml'"),
    'output-dir': text('Folder of its synthesized manifests', "'dist'", { alias: 'd', default: 'dist' }),
    environment: text('Environment whose part of the spec and whose manifests are changed'),
    commit: flag('Commit the files that were written, and nothing else'),
    branch: text('Branch to create for the commit; with --pr by default NAME-COLOR-VERSION'),
    pr: flag('Commit on a new branch, push it, and open a pull request with gh'),
    ...DRY_RUN_FLAG,
    ...OUTPUT_FLAG,
  },
  load: () => import('./run.js'),
};
