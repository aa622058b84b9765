import { ENVIRONMENT_FLAG, STATUS_FLAGS } from '../flags.js';
import type { Verb } from './verb.js';

export const status: Verb = {
  name: 'status',
  group: 'Inspection Commands',
  args: '[NAME]',
  maxArgs: 1,
  connects: 'namespace',
  summary: 'Show which color has the traffic, and both colors',
  description:
    'Show which color has the traffic, what both colors run, their Pods, and who moved traffic last. Without NAME: every\n' +
    'release of the namespace, or of all. With --watch a terminal is redrawn in place; elsewhere each state is printed anew.',
  examples: `
# Show a release
kubectl bluegreen status engine-ops

# Watch a promotion of somebody else
kubectl bluegreen status engine-ops --watch

# Show every release of every namespace
kubectl bluegreen status -A

# The color that has the traffic, for a script
kubectl bluegreen status engine-ops -o json | jq -r .active.color`,
  flags: { ...ENVIRONMENT_FLAG, ...STATUS_FLAGS },
  load: () => import('../commands/status.js'),
};
