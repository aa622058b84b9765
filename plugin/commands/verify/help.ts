import { COMMANDS_HELP } from '../../invocation/help-texts.js';

export const description =
  'Check every ready Pod of a color, through port-forward, with every check of the release, and that the EndpointSlices\n' +
  "of the color's Service hold exactly those Pods. Without COLOR: the idle color.\n\n" +
  COMMANDS_HELP;

export const examples = `
# Verify the idle color
kubectl bluegreen verify engine-ops

# Verify the color that has the traffic, once, without a second attempt
kubectl bluegreen verify engine-ops blue --check-retries=1

# Run a test suite against the idle color, at $PREVIEW_URL
kubectl bluegreen verify engine-ops -- npm run test:integration

# Run the checks that the manifests name, commands among them, and keep a JUnit report
kubectl bluegreen verify engine-ops -f dist/ --junit=report.xml`;
