import {
  CHECK_FLAGS,
  CLEANUP_FLAGS,
  DEPLOY_FLAGS,
  DRY_RUN_FLAG,
  type Flags,
  OUTPUT_FLAG,
  STATUS_OUTPUT_FLAG,
  TRAFFIC_FLAGS,
  WRITE_BACK_FLAGS,
  YES_FLAG,
} from '../flags.js';
import type { CommandSpec } from './spec.js';

const MIGRATIONS_HELP =
  'A release with migrations has them run first, once for each version; one that fails leaves both colors untouched.';

const WRITE_BACK_HELP =
  'With --write-back the spec then gets the active color and the image that it runs, and dist/ is synthesized from it: a\n' +
  'diff to commit. Where Argo CD, Flux or Helm owns the selector, the commit is what moves traffic: everything before the\n' +
  'switch is done, the files are written, and traffic stays until that tool applies them. With --force it moves at once.';

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'synth',
    args: '[SPEC...]',
    maxArgs: Number.POSITIVE_INFINITY,
    summary: 'Synthesize release specs into manifests',
    description:
      'Synthesize release specs into the manifests that are committed and reviewed. Without arguments: every\n' +
      'charts/releases/*.yaml. The same spec gives the same bytes; no cluster is asked.',
    examples: `
# Synthesize every release of this checkout into dist/
kubectl bluegreen synth

# Fail when dist/ is not what the specs synthesize (for CI)
kubectl bluegreen synth --check

# Synthesize one release elsewhere
kubectl bluegreen synth releases/shop.yaml --output-dir=manifests`,
    flags: {
      'output-dir': { type: 'string', alias: 'd', describe: 'Folder to write to', hint: "'dist'", default: 'dist' },
      check: {
        type: 'boolean',
        describe: 'Write nothing; exit with 3 when a file is not as synthesized',
        hint: 'false',
      },
    },
    load: () => import('./synth.js'),
  },
  {
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
    load: () => import('./deploy.js'),
  },
  {
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
    flags: { ...CHECK_FLAGS, ...OUTPUT_FLAG },
    load: () => import('./verify.js'),
  },
  {
    name: 'promote',
    args: 'NAME',
    maxArgs: 1,
    summary: 'Deploy to the idle color, verify it, and move traffic there',
    description:
      'Deploy to the idle color, verify every Pod of it, ask, move traffic with one guarded patch of the active Service, prove\n' +
      'through the EndpointSlices that it moved, and watch. When anything fails before the switch, the idle color is put back\n' +
      'and traffic is untouched. Traffic that already is on the version or color asked for is left there.\n' +
      `${MIGRATIONS_HELP}\n\n` +
      WRITE_BACK_HELP,
    examples: `
# Promote a version with new manifests
kubectl bluegreen promote engine-ops -f dist/ --version=v0.2.0

# Promote what the idle color runs already, without a question
kubectl bluegreen promote engine-ops --yes

# In a pipeline that may run twice: say where traffic must end
kubectl bluegreen promote engine-ops --version=v0.2.0 --to=green --yes -o json

# Promote, and leave the change of the spec and of dist/ to be committed
kubectl bluegreen promote engine-ops --version=v0.2.0 --write-back`,
    flags: {
      ...DEPLOY_FLAGS,
      ...TRAFFIC_FLAGS,
      ...WRITE_BACK_FLAGS,
      ...YES_FLAG,
      ...CHECK_FLAGS,
      ...DRY_RUN_FLAG,
      ...OUTPUT_FLAG,
    },
    load: () => import('./promote.js'),
  },
  {
    name: 'rollback',
    args: 'NAME',
    maxArgs: 1,
    summary: 'Move traffic back to the other color',
    description:
      'Verify the other color, scaled up first if it was scaled down, and move traffic back to it. Nothing is asked.\n\n' +
      WRITE_BACK_HELP,
    examples: `
# Move traffic back to the color that had it before
kubectl bluegreen rollback engine-ops

# Make sure that traffic is on blue, whatever happened before
kubectl bluegreen rollback engine-ops --to=blue

# Move traffic back, and leave the change of the spec and of dist/ to be committed
kubectl bluegreen rollback engine-ops --write-back`,
    flags: {
      timeout: DEPLOY_FLAGS.timeout as Flags[string],
      ...TRAFFIC_FLAGS,
      ...WRITE_BACK_FLAGS,
      ...CHECK_FLAGS,
      ...DRY_RUN_FLAG,
      ...OUTPUT_FLAG,
    },
    load: () => import('./rollback.js'),
  },
  {
    name: 'cleanup',
    args: 'NAME',
    maxArgs: 1,
    summary: 'Scale the idle color down, once its connections had time to drain',
    description:
      'Scale the color that has no traffic to 0, or keep some replicas of it warm. The API server refuses it when traffic\n' +
      'moves to that color meanwhile, whoever moves it. The operation that moved traffic last must be complete. A color that\n' +
      'a HorizontalPodAutoscaler scales goes to 0, which turns that off, or keeps at least its minReplicas.',
    examples: `
# Scale the idle color to 0
kubectl bluegreen cleanup engine-ops

# Keep one replica warm, and give connections ten minutes to drain
kubectl bluegreen cleanup engine-ops --keep=1 --after=10m

# See what would be done
kubectl bluegreen cleanup engine-ops --dry-run`,
    flags: { ...CLEANUP_FLAGS, ...DRY_RUN_FLAG, ...OUTPUT_FLAG },
    load: () => import('./cleanup.js'),
  },
  {
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
    flags: STATUS_OUTPUT_FLAG,
    load: () => import('./status.js'),
  },
  {
    name: 'version',
    args: '',
    maxArgs: 0,
    summary: 'Print the version of this plugin',
    description: 'Print the version of this plugin.',
    examples: 'kubectl bluegreen version',
    flags: {},
    load: () => import('./version.js'),
  },
  {
    name: 'options',
    args: '',
    maxArgs: 0,
    summary: 'List the global options, which are handed to kubectl',
    description: 'List the global options, which are handed to kubectl.',
    examples: 'kubectl bluegreen options',
    flags: {},
    load: () => import('./options.js'),
  },
];
