import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../../plugin/core/errors.js';
import { type AdmissionInput, admissionObjects } from '../../../../plugin/plan/access/admission.js';
import { imagePattern, isRequestOf } from '../../../../plugin/plan/access/expressions.js';
import { parseSubject } from '../../../../plugin/plan/access/objects.js';
import type { Purpose } from '../../../../plugin/plan/access/rules.js';
import { failure } from '../../failure.js';

interface Policy {
  kind: string;
  metadata: { name: string };
  spec: {
    policyName?: string;
    failurePolicy?: string;
    matchConstraints: { namespaceSelector: object; resourceRules: { resources: string[]; operations: string[] }[] };
    matchConditions: { name: string; expression: string }[];
    validations: { expression: string; message: string }[];
  };
}

const print = (purposes: Purpose[], more: Partial<AdmissionInput> = {}) =>
  admissionObjects({
    release: 'shop',
    namespace: 'store',
    name: 'shop-promote',
    purposes,
    subjects: [parseSubject('serviceaccount:ci', 'store')],
    repositories: ['registry.example:5000/shop'],
    ...more,
  }) as unknown as Policy[];

/** What may be changed, as the messages list it. */
const allowed = (purposes: Purpose[]) =>
  print(purposes)
    .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
    .map(({ spec }) => spec.validations.find(({ message }) => message.startsWith('only '))?.message);

describe('admissionObjects', () => {
  test('are a policy and its binding for Services, and for Deployments, of names that no other Role gives', () => {
    const objects = print(['promote']);
    expect(objects.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ['ValidatingAdmissionPolicy', 'store.shop-promote.services'],
      ['ValidatingAdmissionPolicyBinding', 'store.shop-promote.services'],
      ['ValidatingAdmissionPolicy', 'store.shop-promote.deployments'],
      ['ValidatingAdmissionPolicyBinding', 'store.shop-promote.deployments'],
    ]);
    for (const { kind, metadata, spec } of objects)
      if (kind.endsWith('Binding')) expect(spec).toEqual({ policyName: metadata.name, validationActions: ['Deny'] });
  });

  test.each(['promote', 'deploy', 'cleanup'] as const)(
    'of %s are about these subjects, names and this namespace alone, and fail closed',
    (purpose) => {
      const [services, , deployments] = print([purpose]);
      for (const policy of [services, deployments]) {
        expect(policy?.spec.failurePolicy).toBe('Fail');
        expect(policy?.spec.matchConstraints.namespaceSelector).toEqual({
          matchLabels: { 'kubernetes.io/metadata.name': 'store' },
        });
        // The condition that spares everybody else comes first, and errs for nobody.
        expect(policy?.spec.matchConditions[0]?.expression).toBe(
          'request.userInfo.username in ["system:serviceaccount:store:ci"]',
        );
      }
      const names = (policy: Policy | undefined) => policy?.spec.matchConditions[1]?.expression.split(' in ')[1];
      expect(names(services)).toBe('["shop-active","shop-preview","shop-blue","shop-green"]');
      expect(names(deployments)).toBe('["shop-blue","shop-green"]');
    },
  );

  test('let a promoter change selectors, replicas and the annotations of a switch', () => {
    expect(allowed(['promote'])).toEqual([
      'only spec.selector, annotation kubectl-bluegreen.dev/hold, annotation kubectl-bluegreen.dev/last-operation, annotation kubectl-bluegreen.dev/history, annotation kubectl-bluegreen.dev/cleanup may be changed',
      'only spec.replicas, spec.strategy, annotation kubectl-bluegreen.dev/promoting, annotation kubectl-bluegreen.dev/served may be changed',
    ]);
  });

  test('let nobody move traffic who may only clean up', () => {
    expect(allowed(['cleanup']).join()).not.toContain('spec.selector');
    expect(allowed(['cleanup']).join()).toContain('spec.replicas');
    expect(allowed(['cleanup', 'promote'])).toEqual(allowed(['promote']));
  });

  test('let who deploys run the images of the manifests alone', () => {
    expect(allowed(['deploy'])[1]).toBe('only images of registry.example:5000/shop may be run');
    expect(allowed(['deploy'])[0]).toContain('spec.selector');
    expect(allowed(['deploy'])[0]).toContain('kubectl-bluegreen.dev/policy');
  });

  test.each<[Purpose[], string]>([
    [['view'], '--for=view lets nothing be changed'],
    [['verify', 'watch'], '--for=verify, --for=watch lets nothing be changed'],
  ])('are refused for %j', (purposes, message) => {
    expect(() => print(purposes)).toThrow(failure(UsageError, `--policy limits what may be changed, and ${message}`));
  });

  test('are refused where the name would be too long', () => {
    expect(() => print(['promote'], { name: 'r'.repeat(250) })).toThrow('more than 253 characters: use --role-name');
  });
});

describe('isRequestOf', () => {
  test.each([
    ['user:ada', 'request.userInfo.username in ["ada"]'],
    ['user:a"] || true || ["\\', 'request.userInfo.username in ["a\\"] || true || [\\"\\\\"]'],
    ['serviceaccount:build/ci', 'request.userInfo.username in ["system:serviceaccount:build:ci"]'],
  ])('%s', (text, expression) => {
    expect(isRequestOf([parseSubject(text, 'store')])).toBe(expression);
  });

  test("a group is not taken for Kubernetes' own controllers", () => {
    const expression = isRequestOf([parseSubject('group:ops', 'store')]);
    expect(expression).toContain('["ops"].exists(group, group in request.userInfo.groups)');
    expect(expression).toContain('!("system:serviceaccounts:kube-system" in request.userInfo.groups');
  });
});

describe('imagePattern', () => {
  const pattern = new RegExp(imagePattern(['shop', 'registry.example:5000/team/web']));

  test.each([
    'shop',
    'shop:v1',
    `shop@sha256:${'a'.repeat(64)}`,
    `shop:v1@sha256:${'a'.repeat(64)}`,
    'registry.example:5000/team/web:v1',
  ])('%s is one of them', (image) => {
    expect(pattern.test(image)).toBe(true);
  });

  test.each([
    '',
    'shop2:v1',
    'evil/shop:v1',
    'shop:5000/evil',
    'shop:5000/evil:v1',
    'shop/evil:v1',
    'registryXexample:5000/team/web',
    'shop:v1@sha256:1',
  ])('%s is none of them', (image) => {
    expect(pattern.test(image)).toBe(false);
  });
});
