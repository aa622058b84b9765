import { ENVIRONMENT_FLAG } from '../flags.js';
import type { Verb } from './verb.js';

export const rbac: Verb = {
  name: 'rbac',
  group: 'Setup Commands',
  args: 'NAME',
  maxArgs: 1,
  summary: 'Print the least-privilege Role and binding for a release',
  description:
    'Print the Role that lets somebody do one thing with one release, and its RoleBinding. Nothing is created. What a rule can\n' +
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
    'subjects on objects of the release, also where another Role allows more, and about nobody and nothing else.',
  examples: `
# Let a pipeline's ServiceAccount promote and roll back, and nothing else
kubectl bluegreen rbac engine-ops -n production | kubectl apply -f -

# Let it move traffic between colors that are deployed already, and change no image
kubectl bluegreen rbac engine-ops -n production --policy | kubectl apply -f -

# Let two people promote and roll back
kubectl bluegreen rbac engine-ops --subject=user:ada --subject=user:grace

# Let a pipeline in another namespace deploy these manifests and clean up
kubectl bluegreen rbac engine-ops -f dist/ --for=deploy --for=cleanup --subject=serviceaccount:ci/deployer`,
  flags: {
    ...ENVIRONMENT_FLAG,
    for: {
      type: 'string',
      array: true,
      choices: ['view', 'verify', 'promote', 'deploy', 'cleanup', 'watch'],
      describe: 'What to allow: view, verify, promote, deploy, cleanup or watch, this flag can be repeated',
      hint: "'promote'",
    },
    subject: {
      type: 'string',
      array: true,
      describe: 'Whom to allow it: user:NAME, group:NAME or serviceaccount:[NAMESPACE/]NAME, this flag can be repeated',
      hint: '[]',
    },
    'role-name': { type: 'string', describe: 'Name of the Role and its binding', hint: "'NAME-promote'" },
    policy: {
      type: 'boolean',
      describe: 'Also print the ValidatingAdmissionPolicies that limit which fields the Role lets be changed',
      hint: 'false',
    },
    filename: { type: 'string', alias: 'f', array: true, describe: 'Folder or file of manifests', hint: '[]' },
    output: {
      type: 'string',
      alias: 'o',
      choices: ['yaml', 'json'],
      describe: 'Output format: yaml or json',
      hint: "'yaml'",
    },
  },
  load: () => import('../commands/rbac.js'),
};
