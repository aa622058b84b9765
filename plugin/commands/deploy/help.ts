import { BUILD_HELP, COMMANDS_HELP, MIGRATIONS_HELP } from '../../invocation/help-texts.js';

export const description =
  'Bring the idle color of a release to a version, wait until every Pod is ready, and verify each of them. Traffic does\n' +
  'not move. Where the release does not exist yet, it is installed. A color that fails is put back as it was. An active\n' +
  'Service that was deleted is made anew first, for the color that had the traffic last, as that runs.\n' +
  `${MIGRATIONS_HELP}\n\n` +
  `${BUILD_HELP}\n\n` +
  COMMANDS_HELP;

export const examples = `
# Install a release, or deploy what its manifests say to the idle color
kubectl bluegreen deploy engine-ops -f dist/

# Install or deploy the environment production: the manifests in dist/production/, in the namespace that they name
kubectl bluegreen deploy engine-ops -f dist/ --environment=production

# Deploy a version to the idle color of a release that is in the cluster
kubectl bluegreen deploy engine-ops --version=v0.3.0

# Build the image of a version, push it, and deploy it by its digest
kubectl bluegreen deploy engine-ops --version=v0.3.0 --build --push

# Run a test suite against the idle color as well, and keep a JUnit report
kubectl bluegreen deploy engine-ops --version=v0.3.0 --junit=report.xml -- npm run test:integration

# Make an active Service that was deleted anew for green, where no record says which color had the traffic last
kubectl bluegreen deploy engine-ops -f dist/ --to=green

# See what would be done
kubectl bluegreen deploy engine-ops -f dist/ --version=v0.3.0 --dry-run`;
