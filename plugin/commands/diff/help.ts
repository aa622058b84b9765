export const description =
  'Show how the manifests of a release, or of every release that they hold, differ from the cluster: what applying them would\n' +
  'change, by a dry run of the API server. Nothing is changed. With --against they are compared with themselves at a git\n' +
  'revision, and no cluster is asked. Of each change it says what it means for blue/green. The color that has the traffic is\n' +
  'told, and is no difference.\n\n' +
  'With --gitops a commit is judged as a tool such as Flux or Argo CD applies it, all at once. One that changes the Pods of the\n' +
  'color that has the traffic is refused (3), and so is one that moves traffic to Pods that it changes. Which color has the\n' +
  'traffic is read from the cluster, and is by the manifests at REVISION where that is not possible.\n\n' +
  'Exit status: 0 no differences were found, 1 differences were found, >1 an error occurred.';

export const examples = `
# Compare dist/ with the cluster
kubectl bluegreen diff engine-ops

# What a branch changes, for every release, without a cluster
kubectl bluegreen diff --against=origin/main

# Where a GitOps tool applies dist/: also refuse what would change the color that has the traffic
kubectl bluegreen diff --against=origin/main --gitops

# The same as a comment for a pull request
kubectl bluegreen diff -f dist/ --against=origin/main -o markdown`;
