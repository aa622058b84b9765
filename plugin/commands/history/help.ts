export const description =
  'Show what was done to a release, oldest first: deploys, promotions, rollbacks, traffic that was switched back by a watch,\n' +
  'and cleanups, with who, when, from which version to which, and how it ended. The active Service keeps the last 20.\n' +
  'Where NAME is a Deployment and no release, its revisions are shown, as "kubectl rollout history" does, with versions.';

export const examples = `
# Show the history of a release
kubectl bluegreen history engine-ops

# The last five entries, with ids and whole messages
kubectl bluegreen history engine-ops --limit=5 -o wide

# The revisions of one color, for rollback --to-revision
kubectl bluegreen history engine-ops-green`;
