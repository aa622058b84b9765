export const description =
  'Bring a Deployment that is not blue/green back to its previous revision, or to the one named, as "kubectl rollout undo"\n' +
  'does; then wait until every Pod is of it and ready, and ask each of them the paths of its HTTP readiness and liveness\n' +
  'probes, or those of --check-path. Its Pods have traffic meanwhile. A revision that fails is taken out again, and the\n' +
  'one before put back (exit code 6). An undo that is interrupted goes on in the cluster. Nothing is asked.';

export const examples = `
# Back to what ran before
kubectl bluegreen undo engine-ops

# Back to a revision that "kubectl bluegreen history engine-ops" lists
kubectl bluegreen undo engine-ops --to-revision=3

# Ask each Pod something else than its probes do
kubectl bluegreen undo engine-ops --check-path=/api/v1/health --check-path=/metrics

# See what would be done
kubectl bluegreen undo engine-ops --dry-run`;
