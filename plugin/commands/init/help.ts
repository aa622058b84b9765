export const description =
  'Write a release spec with what differs from the defaults. On a terminal it asks for what the flags leave open. With\n' +
  '--namespace the spec names that namespace.\n\n' +
  'With --from-cluster the spec is read from the Deployments NAME-blue and NAME-green and what belongs to them, so that it\n' +
  'synthesizes the same Pods: they can be deployed from then on, and none is restarted and no traffic moved by it. Where\n' +
  'there are none, it is read from Deployment and Service NAME, beside which the release can be deployed. What a spec\n' +
  'cannot say is listed, and nothing is written unless --partial is given. Nothing in the cluster is changed.';

export const examples = `
# Answer some questions
kubectl bluegreen init shop

# Say it all in flags
kubectl bluegreen init shop --image=registry.example.com/shop:v1.0.0 --port=8080 --health-path=/healthz --readiness-path=/ready

# Adopt Deployments and Services that were made by hand
kubectl bluegreen init engine-ops --from-cluster

# See what a release beside the Deployment and Service named web would be
kubectl bluegreen init shop --from-cluster --deployment=web --service=web --dry-run`;
