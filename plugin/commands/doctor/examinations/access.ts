import type { Examination, Facts, Right } from '../facts.js';
import type { Finding } from '../finding.js';
import { bluegreen, kubectlCluster } from '../remedies.js';

/** What the user may do, against what promote does. */
export const access: Examination = {
  id: 'access',
  what: 'what promote needs is allowed (SelfSubjectAccessReview)',
  needs: ['access'],
  examine: (facts) => {
    const missing = facts.rights.filter(({ allowed }) => !allowed);
    return missing.length > 0 ? [lacking(facts, missing)] : [];
  },
};

function lacking(facts: Facts, missing: readonly Right[]): Finding {
  const { release, namespace, user = 'the user of this context' } = facts;
  const verbs = new Map<string, Set<string>>();
  for (const right of missing)
    verbs.set(resourceOf(right), (verbs.get(resourceOf(right)) ?? new Set()).add(right.verb));
  const all = [...verbs].map(([resource, of]) => `${[...of].join(', ')} ${resource}`);
  const role = roleName(release, facts.user);
  const grant = bluegreen(facts, 'rbac', `--subject=${subject(facts.user)}`, `--role-name=${role}`);
  return {
    id: 'access-missing',
    severity: 'problem',
    affects: 'promotion',
    object: `role.rbac.authorization.k8s.io/${role}`,
    what: `${user} cannot ${all.join('; ')} in namespace "${namespace}"`,
    why: 'promote and rollback need it, and would fail there; a person who may grant it runs the command',
    fix: `${grant} | ${kubectlCluster(facts, 'apply', '-f', '-')}`,
    evidence: missing.map((right) => `${right.verb} ${resourceOf(right)}${right.name && ` ${right.name}`}`),
  };
}

/** `deployments.apps`, `pods/log`: as kubectl names a resource. */
function resourceOf({ group, resource }: Right): string {
  const [plural, subresource] = resource.split('/');
  return `${plural}${group && `.${group}`}${subresource ? `/${subresource}` : ''}`;
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

function subject(user = 'USER'): string {
  const [, namespace, name] = SERVICE_ACCOUNT.exec(user) ?? [];
  return name ? `serviceaccount:${namespace}/${name}` : `user:${user}`;
}

/** A Role of the user's own: applying one that others are bound to would unbind them. */
function roleName(release: string, user = 'user'): string {
  const name = (SERVICE_ACCOUNT.exec(user)?.[2] ?? user).toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `${release}-promote-${name.replace(/^-|-$/g, '') || 'user'}`;
}
