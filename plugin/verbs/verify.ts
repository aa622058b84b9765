import { CHECK_FLAGS, COMMAND_FLAGS, ENVIRONMENT_FLAG, FILENAME_FLAG, JUNIT_FLAG, OUTPUT_FLAG } from '../flags.js';
import { COMMANDS_HELP } from './texts.js';
import type { Verb } from './verb.js';

export const verify: Verb = {
  name: 'verify',
  group: 'Release Commands',
  args: 'NAME [COLOR]',
  maxArgs: 2,
  connects: 'context',
  takesCommand: true,
  summary: 'Check every Pod of a color, one by one',
  description:
    'Check every ready Pod of a color, through port-forward, with every check of the release, and that the EndpointSlices\n' +
    "of the color's Service hold exactly those Pods. Without COLOR: the idle color.\n\n" +
    COMMANDS_HELP,
  examples: `
# Verify the idle color
kubectl bluegreen verify engine-ops

# Verify the color that has the traffic, once, without a second attempt
kubectl bluegreen verify engine-ops blue --check-retries=1

# Run a test suite against the idle color, at $PREVIEW_URL
kubectl bluegreen verify engine-ops -- npm run test:integration

# Run the checks that the manifests name, commands among them, and keep a JUnit report
kubectl bluegreen verify engine-ops -f dist/ --junit=report.xml`,
  flags: { ...FILENAME_FLAG, ...ENVIRONMENT_FLAG, ...CHECK_FLAGS, ...COMMAND_FLAGS, ...JUNIT_FLAG, ...OUTPUT_FLAG },
  load: () => import('../commands/verify.js'),
};
