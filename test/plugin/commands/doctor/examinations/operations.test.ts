import { describe, expect, test } from '@jest/globals';
import { endpoints } from '../../../../../plugin/commands/doctor/examinations/endpoints.js';
import { lease, operations } from '../../../../../plugin/commands/doctor/examinations/operations.js';
import { selectors } from '../../../../../plugin/commands/doctor/examinations/selectors.js';
import type { Deployment, Lease } from '../../../../../plugin/core/kubernetes.js';
import { servedAnnotation } from '../../../../../plugin/plan/served.js';
import { readStatus } from '../../../../../plugin/plan/status.js';
import { POLICY, service } from '../../../cluster-objects.js';
import { overlappingState } from '../../../overlapping.js';
import { detailed, factsOf, healthyState, NOW } from '../facts.js';

const leaseOf = (renewedMsAgo: number): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'shop-bluegreen' },
  spec: {
    holderIdentity: 'ada@host (op-9)',
    leaseDurationSeconds: 15,
    renewTime: new Date(NOW - renewedMsAgo).toISOString(),
  },
});
const left = () => {
  const green = detailed('green', 'v0');
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: '100%' } };
  return { deployments: { ...healthyState().deployments, green: { ...green, spec: { ...green.spec, strategy } } } };
};

describe('the last operation', () => {
  test('that is complete is no finding', () => {
    expect(operations.examine(factsOf())).toEqual([]);
  });

  test.each([
    ['switched', 'operation-unfinished', 'problem'],
    ['proved', 'watch-cut-off', 'warning'],
  ] as const)('that was left at "%s" is finished by the same command', (outcome, id, severity) => {
    const state = { active: service('shop-active', 'blue', { outcome }) };
    expect(operations.examine(factsOf({ state }))).toEqual([
      expect.objectContaining({
        id,
        severity,
        affects: 'traffic',
        fix: 'kubectl bluegreen promote shop --to=blue -n store --context=prod',
      }),
    ]);
    expect(operations.examine(factsOf({ state, lease: leaseOf(1000) }))).toEqual([]);
  });

  test('that was cut off while both colors had the traffic is the one finding about it', () => {
    const facts = factsOf({ state: overlappingState() });
    expect(operations.examine(facts)).toEqual([
      expect.objectContaining({
        id: 'operation-overlapping',
        severity: 'problem',
        fix: 'kubectl bluegreen promote shop --to=green -n store --context=prod',
      }),
    ]);
    expect([...selectors.examine(facts), ...endpoints.examine(facts)]).toEqual([]);
    expect(operations.examine({ ...facts, lease: leaseOf(1000) })).toEqual([]);
  });

  test('that a Service made anew by hand does not know is told, with the way to where users were', () => {
    const served = { color: 'green', operationId: 'op-7', at: '2026-01-02T03:04:05.000Z', version: 'v0' } as const;
    const { blue, green } = healthyState().deployments;
    const recorded = {
      ...green,
      metadata: { ...green?.metadata, annotations: servedAnnotation(served) },
    } as Deployment;
    const state = { active: service('shop-active', 'blue'), deployments: { blue, green: recorded } };
    expect(operations.examine(factsOf({ state }))).toEqual([
      expect.objectContaining({
        id: 'served-elsewhere',
        severity: 'problem',
        affects: 'traffic',
        what: 'service "shop-active" selects blue, and green had the traffic last, with v0, since 2026-01-02T03:04:05.000Z (operation op-7)',
        fix: 'kubectl bluegreen rollback shop --to=green -n store --context=prod',
      }),
    ]);
    expect(readStatus(healthyState(state)).trouble).toContain(
      'traffic is on blue, and green had it last, since 2026-01-02T03:04:05.000Z: the active Service was made anew by hand',
    );
  });

  test('that left traffic elsewhere than it is', () => {
    const state = { active: service('shop-active', 'blue', { from: 'blue', to: 'green' }) };
    expect(operations.examine(factsOf({ state }))).toEqual([
      expect.objectContaining({
        id: 'operation-mismatch',
        severity: 'problem',
        fix: 'kubectl bluegreen rollback shop --to=green -n store --context=prod',
      }),
    ]);
  });

  test('that was abandoned left traffic where it was', () => {
    const state = { active: service('shop-active', 'blue', { from: 'blue', to: 'green', outcome: 'abandoned' }) };
    expect(operations.examine(factsOf({ state }))).toEqual([]);
  });

  test('that was killed left its strategy, which goes back to that of the policy', () => {
    expect(operations.examine(factsOf({ state: left() }))).toEqual([
      expect.objectContaining({
        id: 'strategy-left-over',
        severity: 'warning',
        fix: `kubectl patch deployment shop-green --type=merge -p '{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}}}' -n store --context=prod`,
      }),
    ]);
  });

  test.each([
    ['while somebody is at work', { lease: leaseOf(1000) }],
    [
      'where it is that of the spec',
      { policy: { ...POLICY, rollout: { ...POLICY.rollout, maxSurge: '100%', maxUnavailable: '100%' } } },
    ],
  ])('has not left a strategy %s', (_, more) => {
    expect(operations.examine(factsOf({ state: left(), ...more }))).toEqual([]);
  });
});

describe('the Lease', () => {
  test.each([
    ['lease-held', 1000, 'kubectl wait --for=delete lease/shop-bluegreen --timeout=10m -n store --context=prod'],
    ['lease-expired', 60_000, 'kubectl delete lease/shop-bluegreen -n store --context=prod'],
  ])('%s', (id, ago, fix) => {
    expect(lease.examine(factsOf({ lease: leaseOf(ago) }))).toEqual([
      expect.objectContaining({ id, severity: 'warning', what: expect.stringContaining('ada@host (op-9)'), fix }),
    ]);
  });

  test('that nobody holds is no finding', () => {
    expect(lease.examine(factsOf())).toEqual([]);
  });
});
