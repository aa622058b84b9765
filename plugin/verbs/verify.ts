import { CHECK_FLAGS, ENVIRONMENT_FLAG, OUTPUT_FLAG } from '../flags.js';
import type { Verb } from './verb.js';

export const verify: Verb = {
  name: 'verify',
  args: 'NAME [COLOR]',
  maxArgs: 2,
  summary: 'Check every Pod of a color, one by one',
  description:
    'Check every ready Pod of a color, through port-forward, with every check of the release, and that the EndpointSlices\n' +
    "of the color's Service hold exactly those Pods. Without COLOR: the idle color.",
  examples: `
# Verify the idle color
kubectl bluegreen verify engine-ops

# Verify the color that has the traffic, once, without a second attempt
kubectl bluegreen verify engine-ops blue --check-retries=1`,
  flags: { ...ENVIRONMENT_FLAG, ...CHECK_FLAGS, ...OUTPUT_FLAG },
  load: () => import('../commands/verify.js'),
};
