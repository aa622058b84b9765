import { describe, expect, test } from '@jest/globals';
import { deletion } from '../../../../../plugin/commands/doctor/examinations/deletion.js';
import { operations } from '../../../../../plugin/commands/doctor/examinations/operations.js';
import { servicesBeside } from '../../../../../plugin/commands/doctor/examinations/other-services.js';
import type { KubernetesObject } from '../../../../../plugin/core/kubernetes.js';
import { templateHash } from '../../../../../plugin/plan/identity.js';
import { replicaSet, service } from '../../../cluster-objects.js';
import { detailed, factsOf, healthyState } from '../facts.js';

const going = <T extends KubernetesObject>(object: T): T => ({
  ...object,
  metadata: { ...object.metadata, deletionTimestamp: '2026-01-02T03:04:05Z', finalizers: ['example.com/hold'] },
});

describe('what is being deleted', () => {
  test('is no finding in a release that stays', () => {
    expect(deletion.examine(factsOf())).toEqual([]);
  });

  test.each([
    ['blue', 'traffic', 'kubectl bluegreen rollback shop --to=green -n store --context=prod'],
    ['green', 'promotion', 'kubectl wait --for=delete deployment/shop-green --timeout=5m -n store --context=prod'],
  ] as const)('is found where it is the Deployment of %s', (color, affects, fix) => {
    const { deployments } = healthyState();
    const state = { deployments: { ...deployments, [color]: going(detailed(color, 'v1')) } };
    expect(deletion.examine(factsOf({ state }))).toEqual([
      expect.objectContaining({
        id: 'being-deleted',
        severity: 'problem',
        affects,
        what: `deployment "shop-${color}" is being deleted since 2026-01-02T03:04:05Z; it is held by finalizer example.com/hold`,
        fix,
      }),
    ]);
  });

  test('is found where it is the active Service, or the namespace', () => {
    const state = { active: going(service('shop-active', 'blue', {})) };
    const namespaceObject = going({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'store' } });
    expect(deletion.examine(factsOf({ state, namespaceObject }))).toEqual([
      expect.objectContaining({ id: 'namespace-terminating', affects: 'traffic', object: 'namespace/store' }),
      expect.objectContaining({ id: 'being-deleted', affects: 'traffic', object: 'service/shop-active' }),
    ]);
  });
});

describe('a Service beside the release', () => {
  test('that leads to one color alone is told, and never changed', () => {
    const services = [service('admin', 'green'), service('shop-green', 'green'), service('shop-blue', 'green')];
    expect(servicesBeside.examine(factsOf({ services }))).toEqual([
      expect.objectContaining({
        id: 'service-beside',
        severity: 'warning',
        what: 'service "admin" is not of the release, and leads to green alone',
        fix: 'kubectl describe service/admin -n store --context=prod',
      }),
    ]);
  });
});

describe('an active color that was changed by hand', () => {
  const promoted = detailed('blue', 'v1');
  const active = service('shop-active', 'blue', { template: templateHash(promoted) });

  test.each([
    ['the revision that was promoted', 3, 'kubectl rollout undo deployment/shop-blue --to-revision=3'],
    ['its revisions, where that one is not kept', undefined, 'kubectl rollout history deployment/shop-blue'],
  ])('is told with %s', (_, revision, fix) => {
    const deployments = { ...healthyState().deployments, blue: detailed('blue', 'v9') };
    const kept = { ...replicaSet('blue', 'h3', 3), spec: { template: promoted.spec.template } };
    const state = { active, deployments, replicaSets: revision === undefined ? [] : [kept] };
    expect(operations.examine(factsOf({ state }))).toEqual([
      expect.objectContaining({
        id: 'not-promoted',
        severity: 'warning',
        affects: 'traffic',
        what: expect.stringContaining('deployment "shop-blue" does not run what was promoted'),
        fix: `${fix} -n store --context=prod`,
      }),
    ]);
  });

  test('is none while it runs what was promoted', () => {
    expect(operations.examine(factsOf({ state: { active } }))).toEqual([]);
  });
});
