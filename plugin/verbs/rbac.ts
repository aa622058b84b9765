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
    'Whether the release has migrations, and what deploy applies, is read from the manifests of -f, else from the cluster.',
  examples: `
# Let a pipeline's ServiceAccount promote and roll back, and nothing else
kubectl bluegreen rbac engine-ops -n production | kubectl apply -f -

# Let two people do the same
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
