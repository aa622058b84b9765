import { BUILD_HELP, COMMANDS_HELP, MIGRATIONS_HELP, WRITE_BACK_HELP } from '../../invocation/help-texts.js';

export const description =
  'Deploy to the idle color, verify every Pod of it, ask, move traffic with one guarded patch of the active Service, prove\n' +
  'through the EndpointSlices that it moved, and watch. When anything fails before the switch, the idle color is put back\n' +
  'and traffic is untouched. Traffic that already is on the version or color asked for is left there.\n' +
  'Where a tool such as Flux or Argo CD applies the idle color from git, its version comes from there: another one is refused,\n' +
  'and with -f the run waits until the tool has brought the color to what the manifests say, and applies nothing itself.\n' +
  `${MIGRATIONS_HELP}\n\n${BUILD_HELP}\n\n${COMMANDS_HELP}\n\n` +
  WRITE_BACK_HELP;

export const examples = `
# Promote a version with new manifests
kubectl bluegreen promote engine-ops -f dist/ --version=v0.2.0

# Build the image of a version, push it, and promote it by its digest
kubectl bluegreen promote engine-ops --version=v0.3.0 --build --dockerfile=deploy/Dockerfile --push

# Promote what the idle color runs already, without a question
kubectl bluegreen promote engine-ops --yes

# In a pipeline, which may run twice: a version that has the traffic already is left as it is
kubectl bluegreen promote engine-ops --version=v0.2.0 --yes -o json

# Promote what the idle color runs already, unless traffic is on green
kubectl bluegreen promote engine-ops --to=green --yes

# Let a test suite of yours decide as well, against the idle color at $PREVIEW_URL
kubectl bluegreen promote engine-ops --version=v0.2.0 -- npm run test:integration

# Behind a load balancer that sends traffic to Pods itself: both colors have it until the new one serves
kubectl bluegreen promote engine-ops --version=v0.2.0 --switch=overlap --overlap=45s

# Promote, and leave the change of the spec and of dist/ to be committed
kubectl bluegreen promote engine-ops --version=v0.2.0 --write-back

# Where Argo CD or Flux owns the selector: write the change, wait for the commit to be synced, and prove the switch
kubectl bluegreen promote engine-ops --write-back --wait --yes`;
