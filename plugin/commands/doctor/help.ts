export const description =
  'Examine a release: where traffic goes, why Pods do not start or do not answer, images, configuration, quotas,\n' +
  'autoscalers, disruption budgets, access, and what earlier runs have left. Each finding says what was seen, why it\n' +
  'matters, and a command to fix it; what hurts traffic most comes first. Nothing is changed. What may not be read is\n' +
  'named as not examined. The exit code is 3 when there is a problem, and 0 when there are only warnings or nothing.';

export const examples = `
# Examine a release
kubectl bluegreen doctor engine-ops

# Also compare the cluster with the synthesized manifests
kubectl bluegreen doctor engine-ops -f dist/

# The commands that would fix it, for a script
kubectl bluegreen doctor engine-ops -o json | jq -r .findings[].fix`;
