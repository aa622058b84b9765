import { describe, expect, test } from '@jest/globals';
import { parseSubject, roleObjects } from '../../../../plugin/plan/access/objects.js';
import { accessRules, type PolicyRule, PURPOSES, type Purpose } from '../../../../plugin/plan/access/rules.js';

const ask = (purposes: Purpose[], more: object = {}) =>
  accessRules({ release: 'shop', purposes, migrations: false, objects: [], ...more });

/** Each verb with its resource and the names it is limited to. */
const atoms = (rules: PolicyRule[]) =>
  rules.flatMap(({ resources, verbs, resourceNames = ['*'] }) =>
    resourceNames.flatMap((name) => verbs.map((verb) => `${verb} ${resources[0]} ${name}`)),
  );

const objects = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop-config' } },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'shop' } },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'shop' } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop-blue' } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop-active' } },
];

describe('accessRules', () => {
  test('of a purpose include those of the ones before it', () => {
    const [view, verify, promote, deploy] = PURPOSES.slice(0, 4).map((purpose) => atoms(ask([purpose])));
    expect(verify).toEqual(expect.arrayContaining(view ?? []));
    expect(promote).toEqual(expect.arrayContaining(verify ?? []));
    expect(deploy).toEqual(expect.arrayContaining(promote ?? []));
  });

  test('of cleanup neither move traffic to the preview Service nor reach a Pod', () => {
    const rules = atoms(ask(['cleanup']));
    expect(rules).toContain('patch services shop-active');
    expect(rules).not.toContain('patch services shop-preview');
    expect(rules.filter((rule) => rule.includes('pods/'))).toEqual([]);
  });

  test.each(PURPOSES)('of %s change nothing that is not named, but by create', (purpose) => {
    const unnamed = atoms(ask([purpose], { objects, migrations: true })).filter((rule) => rule.endsWith(' *'));
    const jobs = unnamed.filter((rule) => rule.includes(' jobs '));
    expect(unnamed.filter((rule) => /^(patch|update|delete) /.test(rule) && !jobs.includes(rule))).toEqual([]);
  });

  test('give each verb once', () => {
    const rules = atoms(ask([...PURPOSES], { objects, migrations: true }));
    expect(new Set(rules).size).toBe(rules.length);
  });

  test('of deploy are for the kinds that the manifests hold, and never change the active Service by apply', () => {
    const rules = ask(['deploy'], { objects });
    expect(atoms(rules)).toEqual(
      expect.arrayContaining([
        'create configmaps *',
        'patch configmaps shop-config',
        'patch networkpolicies shop',
        'delete ingresses shop',
        'patch deployments shop-blue',
      ]),
    );
    expect(atoms(rules)).not.toContain('update services shop-active');
    const policies = rules.find(({ resources }) => resources.includes('networkpolicies'));
    expect(policies?.apiGroups).toEqual(['networking.k8s.io']);
  });

  test('of promote let Services be asked by the ports that they have, and nothing else be asked where none is given', () => {
    const rules = atoms(ask(['promote'], { ports: ['http', '8443'] }));
    expect(rules.filter((rule) => rule.includes('/proxy') || rule.includes('networkpolicies'))).toEqual([
      'get pods/proxy *',
      ...['active', 'blue', 'green'].flatMap((service) =>
        ['http', '8443'].map((port) => `get services/proxy shop-${service}:${port}`),
      ),
      'list networkpolicies *',
    ]);
    expect(atoms(ask(['promote'])).filter((rule) => rule.includes('/proxy'))).toEqual([]);
  });

  test('let Jobs be run for a release that has migrations alone', () => {
    expect(atoms(ask(['promote'])).filter((rule) => rule.includes('jobs'))).toEqual([]);
    expect(atoms(ask(['promote'], { migrations: true }))).toContain('create jobs *');
  });
});

describe('roleObjects', () => {
  const input = { release: 'shop', namespace: 'store', name: 'shop-promote', rules: ask(['view']) };

  test('bind a ServiceAccount of the same name when nobody is named', () => {
    const objects = roleObjects({ ...input, subjects: [] });
    expect(objects.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'Role', 'RoleBinding']);
    expect(objects[2]).toMatchObject({
      subjects: [{ kind: 'ServiceAccount', name: 'shop-promote', namespace: 'store' }],
    });
  });

  test('bind those who are named, and make none', () => {
    const objects = roleObjects({ ...input, subjects: [parseSubject('user:ada', 'store')] });
    expect(objects.map(({ kind }) => kind)).toEqual(['Role', 'RoleBinding']);
    expect(objects[1]).toMatchObject({ subjects: [{ kind: 'User', name: 'ada' }], roleRef: { name: 'shop-promote' } });
  });
});

describe('parseSubject', () => {
  test.each([
    ['user:ada@example.com', { kind: 'User', name: 'ada@example.com' }],
    ['group:system:masters', { kind: 'Group', name: 'system:masters' }],
    ['serviceaccount:ci', { kind: 'ServiceAccount', name: 'ci', namespace: 'store' }],
    ['serviceaccount:build/ci', { kind: 'ServiceAccount', name: 'ci', namespace: 'build' }],
  ])('%s', (text, subject) => {
    expect(parseSubject(text, 'store')).toMatchObject(subject);
  });

  test.each(['', 'ada', 'user:', 'role:x', 'serviceaccount:', 'serviceaccount:a/b/c', 'serviceaccount:A b'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseSubject(text, 'store')).toThrow('want user:NAME, group:NAME or serviceaccount:');
    },
  );
});
