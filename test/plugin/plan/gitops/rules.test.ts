import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import type { Source } from '../../../../plugin/plan/gitops/ownership.js';
import { leavesTraffic, missingRules, rulesOf } from '../../../../plugin/plan/gitops/rules.js';
import { service, stateOf } from '../../cluster-objects.js';

const APPLICATION: Source = { kind: 'Application', name: 'shop', namespace: 'argocd' };
const KUSTOMIZATION: Source = { kind: 'Kustomization', name: 'apps', namespace: 'flux-system' };
const selectors = { kind: 'Service', jsonPointers: ['/spec/selector'] };
const RESPECT = { syncOptions: ['RespectIgnoreDifferences=true'] };

const object = (spec: object) => ({ metadata: { name: 'shop' }, spec }) as unknown as KubernetesObject;
const FLUX_APPLY = 'kustomize.toolkit.fluxcd.io/ssa';
const annotated = (key: string, value: string, manager = 'kustomize-controller') => {
  const active = service('shop-active', 'blue');
  const fieldsV1 = { 'f:metadata': { 'f:annotations': { [`f:${key}`]: {} } } };
  const managedFields = [{ manager, operation: 'Apply' as const, fieldsV1 }];
  const metadata = { ...active.metadata, annotations: { [key]: value }, managedFields };
  return stateOf({ active: { ...active, metadata } });
};
const states = (rules: ReturnType<typeof rulesOf>) => rules.map(({ state }) => state);

describe('rulesOf', () => {
  test('tells of each field whether its rule is set', () => {
    const read = object({ ignoreDifferences: [selectors], syncPolicy: RESPECT });
    expect(rulesOf(stateOf(), APPLICATION, read)).toEqual([
      { object: 'service/shop-active', path: '/spec/selector', state: 'set' },
      { object: 'service/shop-preview', path: '/spec/selector', state: 'set' },
      { object: 'deployment.apps/shop-blue', path: '/spec/replicas', state: 'missing' },
      { object: 'deployment.apps/shop-green', path: '/spec/replicas', state: 'missing' },
      { object: 'application/shop', path: '/spec/syncPolicy/syncOptions', state: 'set' },
    ]);
  });

  test('knows nothing where nothing could be read', () => {
    expect(states(rulesOf(stateOf(), APPLICATION, undefined))).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  });

  test.each([
    ['kubectl-bluegreen.dev/selector-managed-by', 'kubectl-bluegreen'],
    [FLUX_APPLY, 'IfNotPresent'],
    [FLUX_APPLY, 'ifnotpresent'],
  ])('believes the annotation %s: %s of the one object that has it', (key, value) => {
    const rules = rulesOf(annotated(key, value), KUSTOMIZATION, object({}));
    expect(states(rules)).toEqual(['set', 'missing', 'missing', 'missing']);
    expect(leavesTraffic(rules)).toBe(true);
  });

  test.each([
    ['kubectl-bluegreen.dev/selector-managed-by', 'helm'],
    ['kubectl-bluegreen.dev/replicas-managed-by', 'kubectl-bluegreen'],
    [FLUX_APPLY, 'Merge'],
  ])('does not take the annotation %s: %s for one', (key, value) => {
    expect(states(rulesOf(annotated(key, value), KUSTOMIZATION, object({})))[0]).toBe('missing');
  });
});

test('does not believe an annotation for Flux that its manifest does not have: Flux removes it', () => {
  const byHand = annotated(FLUX_APPLY, 'IfNotPresent', 'kubectl-annotate');
  expect(states(rulesOf(byHand, KUSTOMIZATION, object({})))[0]).toBe('missing');
});

describe('leavesTraffic', () => {
  test('needs the rule of the active Service alone', () => {
    const active = { ...selectors, name: 'shop-active' };
    const rules = rulesOf(stateOf(), APPLICATION, object({ ignoreDifferences: [active], syncPolicy: RESPECT }));
    expect(leavesTraffic(rules)).toBe(true);
  });

  test.each([
    ['hides the difference and still applies it', object({ ignoreDifferences: [selectors] })],
    ['has no such rule', object({ syncPolicy: RESPECT })],
    ['could not be read', undefined],
  ])('is false for an Application that %s', (_, read) => {
    expect(leavesTraffic(rulesOf(stateOf(), APPLICATION, read))).toBe(false);
  });

  test('is true where the Service says so, although a sync respects no rule', () => {
    const state = annotated('kubectl-bluegreen.dev/selector-managed-by', 'kubectl-bluegreen');
    expect(leavesTraffic(rulesOf(state, APPLICATION, object({})))).toBe(true);
  });
});

describe('what is missing', () => {
  const rules = rulesOf(stateOf(), APPLICATION, object({ ignoreDifferences: [selectors] }));

  test('is named by object and path', () => {
    expect(missingRules(rules)).toEqual([
      'deployment.apps/shop-blue /spec/replicas',
      'deployment.apps/shop-green /spec/replicas',
      'application/shop /spec/syncPolicy/syncOptions (RespectIgnoreDifferences=true)',
    ]);
  });
});
