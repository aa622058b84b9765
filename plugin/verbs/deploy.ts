import { CHECK_FLAGS, DEPLOY_FLAGS, DRY_RUN_FLAG, OUTPUT_FLAG } from '../flags.js';
import { MIGRATIONS_HELP } from './texts.js';
import type { Verb } from './verb.js';

export const deploy: Verb = {
  name: 'deploy',
  args: 'NAME',
  maxArgs: 1,
  summary: 'Bring the idle color to a version; traffic does not move',
  description:
    'Bring the idle color of a release to a version, wait until every Pod is ready, and verify each of them. Traffic does\n' +
    'not move. Where the release does not exist yet, it is installed. A color that fails is put back as it was.\n' +
    MIGRATIONS_HELP,
  examples: `
# Install a release, or deploy what its manifests say to the idle color
kubectl bluegreen deploy engine-ops -f dist/

# Deploy a version to the idle color of a release that is in the cluster
kubectl bluegreen deploy engine-ops --version=v0.3.0

# See what would be done
kubectl bluegreen deploy engine-ops -f dist/ --version=v0.3.0 --dry-run`,
  flags: { ...DEPLOY_FLAGS, ...CHECK_FLAGS, ...DRY_RUN_FLAG, ...OUTPUT_FLAG },
  load: () => import('../commands/deploy.js'),
};
