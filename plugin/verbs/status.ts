import { ENVIRONMENT_FLAG, STATUS_OUTPUT_FLAG } from '../flags.js';
import type { Verb } from './verb.js';

export const status: Verb = {
  name: 'status',
  args: 'NAME',
  maxArgs: 1,
  summary: 'Show which color has the traffic, and both colors',
  description: 'Show which color has the traffic, what both colors run, and who moved traffic last.',
  examples: `
# Show a release
kubectl bluegreen status engine-ops

# The color that has the traffic, for a script
kubectl bluegreen status engine-ops -o json | jq -r .active.color`,
  flags: { ...ENVIRONMENT_FLAG, ...STATUS_OUTPUT_FLAG },
  load: () => import('../commands/status.js'),
};
