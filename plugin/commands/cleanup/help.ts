export const description =
  'Scale the color that has no traffic to 0, or keep some replicas of it warm. The API server refuses it when traffic\n' +
  'moves to that color meanwhile, by any tool. The operation that moved traffic last must be complete. A color that\n' +
  'a HorizontalPodAutoscaler scales goes to 0, which turns that off, or keeps at least its minReplicas. It is left as it is\n' +
  'while a Service that is not of the release leads to its Pods alone, unless --force is given.';

export const examples = `
# Scale the idle color to 0
kubectl bluegreen cleanup engine-ops

# Keep one replica warm, and give connections ten minutes to drain
kubectl bluegreen cleanup engine-ops --keep=1 --after=10m

# Say how many connections are still kept open, after ten minutes
kubectl bluegreen cleanup engine-ops --after=10m --exec

# See what would be done
kubectl bluegreen cleanup engine-ops --dry-run`;
