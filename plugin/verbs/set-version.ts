import { DRY_RUN_FLAG, flag, OUTPUT_FLAG, text } from '../flags.js';
import type { Verb } from './verb.js';

export const setVersion: Verb = {
  name: 'set-version',
  group: 'Setup Commands',
  args: 'NAME VERSION [COLOR]',
  maxArgs: 3,
  summary: 'Set the version of the color without traffic in the spec, to be committed',
  description:
    'Set the version of the color that the spec does not call active, keep comments and formatting, and synthesize the manifests\n' +
    'again: a diff to commit. No cluster is asked. The active color is refused: a commit must not change the color that has the\n' +
    'traffic. With --commit the files that were written are committed, whatever else is changed or staged. With --pr the commit\n' +
    'is on a new branch, which is pushed, and gh opens a pull request. When the commit fails, every file is as it was.',
  examples: `
# Leave a diff of charts/releases/engine-ops.yaml and dist/ to be committed
kubectl bluegreen set-version engine-ops v0.2.0

# Commit it on a branch of its own
kubectl bluegreen set-version engine-ops v0.2.0 --commit --branch=engine-ops-v0.2.0

# Open a pull request, from the branch engine-ops-green-v0.2.0
kubectl bluegreen set-version engine-ops v0.2.0 green --pr

# In one environment, which is in dist/production/
kubectl bluegreen set-version engine-ops v0.2.0 --environment=production`,
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
  load: () => import('../commands/set-version.js'),
};
