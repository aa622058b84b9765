import { WRITE_BACK_HELP } from '../../invocation/help-texts.js';

export const description =
  'Verify the other color, scaled up first if it was scaled down, and move traffic back to it. Nothing is asked. It is verified\n' +
  'as its own version asks. With --force traffic moves to its ready Pods although checks fail, and the history says so.\n' +
  'With --to-revision that color is first brought to the Pod template of one of its revisions, which "kubectl bluegreen\n' +
  'history NAME-COLOR" lists. With DEPLOYMENT_TYPE=rolling in the environment, NAME is a Deployment without colors, as for\n' +
  '"kubectl bluegreen undo".\n\n' +
  WRITE_BACK_HELP;

export const examples = `
# Move traffic back to the color that had it before
kubectl bluegreen rollback engine-ops

# Make sure that traffic is on blue, whatever happened before
kubectl bluegreen rollback engine-ops --to=blue

# At night, when the old version is what is wanted whatever its checks say
kubectl bluegreen rollback engine-ops --force

# Behind a load balancer that sends traffic to Pods itself
kubectl bluegreen rollback engine-ops --switch=overlap

# Bring the previous version of the other color back, and move traffic to it
kubectl bluegreen rollback engine-ops --to-revision=0

# Move traffic back, and leave the change of the spec and of dist/ to be committed
kubectl bluegreen rollback engine-ops --write-back`;
