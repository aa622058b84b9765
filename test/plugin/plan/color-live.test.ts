import { describe, expect, test } from '@jest/globals';
import type { HorizontalPodAutoscaler } from '../../../plugin/core/kubernetes.js';
import { type ColorInput, planColor } from '../../../plugin/plan/color.js';
import type { Step } from '../../../plugin/plan/steps.js';
import { autoscaler, deployment, POLICY, stateOf } from '../cluster-objects.js';

const REPLACE_ALL_STRATEGY = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: '100%' } };

function plan({ green, ...more }: Partial<ColorInput> & { green: ReturnType<typeof deployment> }) {
  const state = stateOf({ deployments: { blue: deployment('blue', 'v1'), green } });
  return planColor({ state, color: 'green', policy: POLICY, intent: { target: {} }, live: new Map(), ...more });
}

const kinds = (steps: readonly Step[]) => steps.map((step) => step.kind);

describe('planColor without manifests', () => {
  test('patches nothing but the image', () => {
    const policy = { ...POLICY, rollout: { ...POLICY.rollout, replace: 'gradually' as const } };
    const { steps } = plan({ policy, green: deployment('green', 'v0'), intent: { target: { version: 'v2' } } });
    expect(steps[0]).toEqual({
      kind: 'patch',
      deployment: 'shop-green',
      patch: { image: { container: 'shop', image: 'registry.example:5000/shop:v2' } },
    });
    expect(kinds(steps)).toEqual(['patch', 'wait']);
  });

  test('leaves a Deployment that recreates its Pods to do so', () => {
    const green = deployment('green', 'v0', { strategy: { type: 'Recreate' } });
    const { steps } = plan({ green, intent: { target: { version: 'v2' } } });
    expect(kinds(steps)).toEqual(['patch', 'wait']);
    expect(steps[0]).not.toHaveProperty('patch.strategy');
  });

  test('patches nothing where all is as wanted, and so undoes nothing', () => {
    const { steps, undo } = plan({ green: deployment('green', 'v0') });
    expect(kinds(steps)).toEqual(['wait']);
    expect(undo).toEqual([]);
  });

  test('puts the own strategy back, not the one that a killed run left', () => {
    const { undo } = plan({
      green: deployment('green', 'v0', { strategy: REPLACE_ALL_STRATEGY }),
      intent: { target: { version: 'v2' } },
    });
    expect(undo).toMatchObject([
      { kind: 'restore', objects: [{ spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } }] },
    ]);
  });

  test.each([
    ['was not yet observed', { observedGeneration: 0, replicas: 2, updatedReplicas: 2 }],
    ['still has old Pods', { observedGeneration: 1, replicas: 3, updatedReplicas: 2 }],
    ['lacks new Pods', { observedGeneration: 1, replicas: 1, updatedReplicas: 1 }],
  ])('hurries a rollout that is under way because it %s', (_, status) => {
    const { steps } = plan({ green: { ...deployment('green', 'v0'), status } });
    expect(kinds(steps)).toEqual(['patch', 'wait', 'patch']);
    expect(steps[0]).toMatchObject({ patch: { strategy: REPLACE_ALL_STRATEGY } });
  });

  describe('with fewer replicas than the color that has the traffic', () => {
    const blue = deployment('blue', 'v1', { replicas: 6 });
    const state = stateOf({ deployments: { blue, green: deployment('green', 'v0', { replicas: 0 }) } });
    const raise = (...autoscalers: HorizontalPodAutoscaler[]) =>
      planColor({ state, color: 'green', policy: POLICY, intent: { target: {} }, live: new Map(), autoscalers });
    const replicasOf = (autoscaler: HorizontalPodAutoscaler, spec: object) => ({
      ...autoscaler,
      spec: { ...autoscaler.spec, ...spec },
    });

    test.each([
      ['raises it to as many', [], 6],
      [
        'raises it to no more than its autoscaler allows',
        [replicasOf(autoscaler('hpa', 'shop-green'), { maxReplicas: 4 })],
        4,
      ],
      ['raises it to what its autoscaler keeps', [autoscaler('hpa', 'shop-green', 8)], 8],
      ['leaves the autoscaler of another out', [replicasOf(autoscaler('hpa', 'shop-blue'), { maxReplicas: 4 })], 6],
    ])('%s', (_, autoscalers, replicas) => {
      const { steps, warnings } = raise(...autoscalers);
      expect(steps[0]).toMatchObject({ kind: 'patch', patch: { replicas } });
      expect(warnings).toHaveLength(replicas < 6 ? 1 : 0);
    });
  });

  test('waits as long as the policy says', () => {
    const policy = { ...POLICY, rollout: { ...POLICY.rollout, timeoutSeconds: 42 } };
    const { steps } = plan({ policy, green: deployment('green', 'v0') });
    expect(steps).toEqual([{ kind: 'wait', color: 'green', deployment: 'shop-green', timeoutSeconds: 42 }]);
  });
});
