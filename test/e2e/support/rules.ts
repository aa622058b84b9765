import { kubectl, kubectlWith } from './cluster.js';

export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** What a promotion without new manifests asks of the API server. */
export const RULES: Rule[] = [
  { apiGroups: [''], resources: ['services'], verbs: ['get', 'patch'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'patch', 'update'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'patch', 'delete'] },
];

/** What it asks besides, for a release that has migrations. */
export const MIGRATION_RULES: Rule[] = [
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'watch', 'create', 'delete'] },
];

/** Lets the ServiceAccount promoter of a namespace do this and nothing else. */
export async function grant(namespace: string, rules: readonly Rule[]): Promise<void> {
  const metadata = { name: 'promoter', namespace };
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules };
  await kubectlWith({ input: JSON.stringify(role) }, 'apply', '-f', '-');
}

/** Binds what `grant` gives. @returns the flag by which the plugin acts as that ServiceAccount */
export async function bindPromoter(namespace: string): Promise<string> {
  const account = `--serviceaccount=${namespace}:promoter`;
  await kubectl('create', 'rolebinding', 'promoter', '-n', namespace, '--role=promoter', account);
  return `--as=system:serviceaccount:${namespace}:promoter`;
}
