import { APP_LABEL } from '../../../charts/names.js';
import { UsageError } from '../../core/errors.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import type { PolicyRule } from './rules.js';

/** Whom a RoleBinding names. @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects */
export type Subject =
  | { readonly kind: 'User' | 'Group'; readonly name: string; readonly apiGroup: string }
  | { readonly kind: 'ServiceAccount'; readonly name: string; readonly namespace: string };

const API_GROUP = 'rbac.authorization.k8s.io';
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * A subject as `user:ada`, `group:ops`, `serviceaccount:ci` (in the release's namespace) or `serviceaccount:build/ci`.
 *
 * @throws UsageError when it is none of these
 */
export function parseSubject(text: string, namespace: string): Subject {
  const colon = text.indexOf(':');
  const [kind, name] = [text.slice(0, colon), text.slice(colon + 1)];
  if (kind === 'user' && name) return { kind: 'User', name, apiGroup: API_GROUP };
  if (kind === 'group' && name) return { kind: 'Group', name, apiGroup: API_GROUP };
  const [account = '', of = namespace, ...rest] = name.split('/').reverse();
  if (kind === 'serviceaccount' && rest.length === 0 && OBJECT_NAME.test(account) && OBJECT_NAME.test(of))
    return { kind: 'ServiceAccount', name: account, namespace: of };
  throw new UsageError(`invalid subject "${text}": want user:NAME, group:NAME or serviceaccount:[NAMESPACE/]NAME`);
}

export interface RoleInput {
  readonly release: string;
  readonly namespace: string;
  /** Name of the Role and its binding. */
  readonly name: string;
  readonly rules: readonly PolicyRule[];
  /** None: a ServiceAccount of the Role's name is made for it. */
  readonly subjects: readonly Subject[];
}

/** The subjects of a RoleBinding. Without any, a ServiceAccount of the Role's name. */
export function boundSubjects({ namespace, name, subjects }: Omit<RoleInput, 'rules' | 'release'>): readonly Subject[] {
  return subjects.length > 0 ? subjects : [{ kind: 'ServiceAccount', name, namespace }];
}

/** A Role, its RoleBinding, and, without subjects, the ServiceAccount that is bound. */
export function roleObjects({ release, namespace, name, rules, subjects }: RoleInput): KubernetesObject[] {
  const metadata = { name, namespace, labels: { [APP_LABEL]: release } };
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
  const role = { apiVersion: `${API_GROUP}/v1`, kind: 'Role', metadata, rules };
  const binding = {
    apiVersion: `${API_GROUP}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: API_GROUP, kind: 'Role', name },
    subjects: boundSubjects({ namespace, name, subjects }),
  };
  return subjects.length > 0 ? [role, binding] : [account, role, binding];
}
