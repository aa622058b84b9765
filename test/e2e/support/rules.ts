import { accessRules, type PolicyRule } from '../../../plugin/plan/access/rules.js';
import { kubectl, kubectlWith } from './cluster.js';

export type Rule = PolicyRule;

/** What a promotion without new manifests asks of the API server, for the release `shop`: what `rbac` prints. */
export const RULES = accessRules({
  release: 'shop',
  purposes: ['promote'],
  migrations: false,
  objects: [],
  ports: ['http'],
});

/** The same for who may not do what a promotion can do without. */
export const rulesWithout = (...resources: string[]): Rule[] =>
  RULES.filter((rule) => !rule.resources.some((resource) => resources.includes(resource)));

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
