import { DRY_RUN_FLAG, flag, OUTPUT_FLAG, text } from '../flags.js';
import type { Verb } from './verb.js';

export const setVersion: Verb = {
  name: 'set-version',
  group: 'Setup Commands',
  args: 'NAME VERSION [COLOR]',
  maxArgs: 3,
  summary: 'Set the version of the color without traffic in the spec, to be committed',
  description:
    'Set the version of one color in the release spec, where comments and formatting stay, and synthesize its manifests again:\n' +
    'a diff to commit. The color is the one that the spec does not call active; no cluster is asked. The active color is refused,\n' +
    'since a commit must not change the color that has the traffic. A digest of the color goes: the version decides then.\n\n' +
    'With --commit exactly the files that were written are committed; what else is changed or staged stays as it is. With --pr\n' +
    'the commit is on a new branch, which is pushed, and gh opens a pull request. What cannot be done is refused before anything\n' +
    'is written, and when the commit fails every file is as it was.',
  examples: `
# Write the version into charts/releases/engine-ops.yaml and dist/, and leave the diff to be committed
kubectl bluegreen set-version engine-ops v0.2.0

# See what would be written
kubectl bluegreen set-version engine-ops v0.2.0 --dry-run

# Commit it on a branch of its own
kubectl bluegreen set-version engine-ops v0.2.0 --commit --branch=engine-ops-v0.2.0

# Open a pull request, from the branch engine-ops-green-v0.2.0
kubectl bluegreen set-version engine-ops v0.2.0 green --pr

# Set the version of one environment, and synthesize dist/production/
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
