export const description =
  'Set the version of the color that has no traffic in the spec, keep comments and formatting, and synthesize the manifests\n' +
  'again: a diff to commit. Which color has the traffic is read from the cluster, since the "active" of a spec lags behind\n' +
  'switches that git did not make; where that is not possible it is the one that the spec calls active, which is said. That\n' +
  'color is refused: a commit must not change it. With --commit the files that were written are committed, whatever else is\n' +
  'changed or staged. With --pr the commit is on a new branch, which is pushed, and gh opens a pull request. When the commit\n' +
  'fails, every file is as it was.';

export const examples = `
# Leave a diff of charts/releases/engine-ops.yaml and dist/ to be committed
kubectl bluegreen set-version engine-ops v0.2.0

# Commit it on a branch of its own
kubectl bluegreen set-version engine-ops v0.2.0 --commit --branch=engine-ops-v0.2.0

# Open a pull request, from the branch engine-ops-green-v0.2.0
kubectl bluegreen set-version engine-ops v0.2.0 green --pr

# In one environment, which is in dist/production/
kubectl bluegreen set-version engine-ops v0.2.0 --environment=production`;
