export const description =
  'Show which color has the traffic, what both colors run, their Pods, and who moved traffic last. Without NAME: every\n' +
  'release of the namespace, or of all. With --watch a terminal is redrawn in place; elsewhere each state is printed anew.';

export const examples = `
# Show a release
kubectl bluegreen status engine-ops

# Watch a promotion that another person runs
kubectl bluegreen status engine-ops --watch

# Show every release of every namespace
kubectl bluegreen status -A

# The color that has the traffic, for a script
kubectl bluegreen status engine-ops -o json | jq -r .active.color`;
