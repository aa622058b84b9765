export const description =
  'Print the Role that allows one thing with one release, and its RoleBinding. Nothing is created. What a rule can\n' +
  'name is named: the API server lets its holder touch no other Service, Deployment or Lease. Purposes: view (status,\n' +
  'history), verify, promote (also rollback), deploy (also apply the manifests of -f), cleanup, watch (status --watch,\n' +
  'logs). Each includes the ones before it; cleanup and watch include view alone. Without --subject a ServiceAccount is\n' +
  'printed too and bound.\n\n' +
  'Whether the release has migrations, and what deploy applies, is read from the manifests of -f, else from the cluster.\n\n' +
  'A Role cannot say which fields its holder may change. With --policy two ValidatingAdmissionPolicies do (Kubernetes 1.30\n' +
  'or later; who applies them needs rights of the whole cluster). For promote and cleanup: of the Services the selector,\n' +
  'which leads to the colors of the release alone, of the Deployments the replicas, and the annotations of a switch; a\n' +
  'color must be deployed already, since promote --version changes the image, and is denied. For deploy: besides, the\n' +
  'Deployments run whatever manifests say, with images of the repositories of -f alone. They are about requests of the\n' +
  'subjects on objects of the release, also where another Role allows more. It says nothing about others.';

export const examples = `
# Let a pipeline's ServiceAccount promote and roll back, and nothing else
kubectl bluegreen rbac engine-ops -n production | kubectl apply -f -

# Let it move traffic between colors that are deployed already, and change no image
kubectl bluegreen rbac engine-ops -n production --policy | kubectl apply -f -

# Let two people promote and roll back
kubectl bluegreen rbac engine-ops --subject=user:ada --subject=user:grace

# Let a pipeline in another namespace deploy these manifests and clean up
kubectl bluegreen rbac engine-ops -f dist/ --for=deploy --for=cleanup --subject=serviceaccount:ci/deployer`;
