import type { Examination, Facts, Right } from '../facts.js';
import type { Finding } from '../finding.js';
import { kubectl } from '../remedies.js';

/** What the user may do, against what promote does. */
export const access: Examination = {
  id: 'access',
  what: 'what promote needs is allowed (SelfSubjectAccessReview)',
  needs: ['access'],
  examine: (facts) => {
    const missing = facts.rights.filter(({ allowed }) => !allowed);
    const resources = [...new Set(missing.map(nameOf))];
    return resources.map((name) =>
      lacking(
        facts,
        name,
        missing.filter((right) => nameOf(right) === name),
      ),
    );
  },
};

/** `deployments.apps`, `pods/log`: as kubectl names a resource. */
function nameOf({ group, resource }: Right): string {
  const [plural, subresource] = resource.split('/');
  return `${plural}${group && `.${group}`}${subresource ? `/${subresource}` : ''}`;
}

function lacking(facts: Facts, resource: string, missing: readonly Right[]): Finding {
  const verbs = [...new Set(missing.map(({ verb }) => verb))];
  const user = facts.user ?? 'the user of this context';
  // Names of Roles are path segments, without a slash.
  const role = `${facts.release}-promote-${resource.replace(/[./]/g, '-')}`;
  return {
    id: 'access-missing',
    severity: 'problem',
    affects: 'promotion',
    object: `role.rbac.authorization.k8s.io/${role}`,
    what: `${user} cannot ${verbs.join(', ')} ${resource} in namespace "${facts.namespace}"`,
    why: 'promote needs it, and would fail there; somebody who may edit Roles has to grant it',
    fix: [
      kubectl(facts, 'create', 'role', role, `--verb=${verbs.join(',')}`, `--resource=${resource}`),
      kubectl(facts, 'create', 'rolebinding', role, `--role=${role}`, subject(facts.user)),
    ].join(' && '),
  };
}

function subject(user = 'USER'): string {
  const account = /^system:serviceaccount:([^:]+:[^:]+)$/.exec(user)?.[1];
  return account ? `--serviceaccount=${account}` : `--user=${user}`;
}
