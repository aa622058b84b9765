export const description =
  'A promotion changes four fields: the selectors of the Services NAME-active and NAME-preview, and the replicas of the\n' +
  'Deployments NAME-blue and NAME-green. A tool that applies the release from git must leave all four as they are live, or it\n' +
  'moves traffic back, or scales the color that has the traffic.\n\n' +
  'Show whether Argo CD, Flux or Helm applies the release, by what that is seen, where its rules were looked for, and for each\n' +
  'field whether the rule is set, missing or unknown. What is to be added follows. Nothing is changed. The exit code is 3 when\n' +
  'a rule is missing or could not be read, and 0 when all are set or no such tool is seen.\n\n' +
  'With --tool the rules for that tool are printed alone, and no cluster is asked. With --namespace they are for that\n' +
  'namespace.';

export const examples = `
# Show which rules are set, and which are missing
kubectl bluegreen gitops engine-ops

# Print the rules for Flux, Argo CD or a Helm chart, before the release is installed
kubectl bluegreen gitops engine-ops --tool=flux -n production
kubectl bluegreen gitops engine-ops --tool=argocd -n production
kubectl bluegreen gitops engine-ops --tool=helm

# Argo CD is in a namespace of another name
kubectl bluegreen gitops engine-ops --argocd-namespace=openshift-gitops

# The rules that are missing, for a script
kubectl bluegreen gitops engine-ops -o json | jq -r '.missing[]'`;
