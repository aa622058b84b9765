import { describe, expect, test } from '@jest/globals';
import type { Deployment } from '../../../../plugin/core/kubernetes.js';
import { planDemands } from '../../../../plugin/plan/capacity/demand.js';
import { planDeploy } from '../../../../plugin/plan/deploy.js';
import type { PlanInput } from '../../../../plugin/plan/input.js';
import { planPromote } from '../../../../plugin/plan/promote.js';
import { planRollback } from '../../../../plugin/plan/rollback.js';
import type { State } from '../../../../plugin/plan/state.js';
import { deployment, inputOf, POLICY, pod, replicaSet, stateOf } from '../../cluster-objects.js';
import { liveObjects, manifestDeployment, manifestObjects, manifestsOf } from '../../manifests.js';

const V2 = { intent: { target: { version: 'v2' } } };
const GRADUALLY = { ...POLICY, rollout: { ...POLICY.rollout, replace: 'gradually' as const } };

/** Green with so many replicas, and as many Pods. */
function greenOf(replicas: number, more: Partial<Deployment['spec']> = {}): State {
  const pods = Array.from({ length: replicas }, (_, index) => pod('green', `g${index}`));
  const { deployments, pods: all } = stateOf();
  const green = deployment('green', 'v0', { replicas, ...more });
  return stateOf({
    deployments: {
      ...deployments,
      green: { ...green, status: { ...green.status, replicas, updatedReplicas: replicas } },
    },
    pods: [...all.filter(({ metadata }) => metadata.labels?.version === 'blue'), ...pods],
  });
}

const counts = (input: PlanInput, plan = planPromote(input)) =>
  planDemands(plan, input.state).map(({ deployment: name, atOnce, settled }) => [
    name,
    atOnce.pods,
    settled.pods - settled.gone.length,
  ]);
const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
});

describe('the Pods that a plan makes', () => {
  test.each<[string, PlanInput, [number, number]]>([
    ['all of them at once, of which the old ones make room on the nodes', inputOf(V2), [2, 0]],
    ['only its surge, when Pods are replaced gradually', inputOf({ ...V2, policy: GRADUALLY }), [1, 1]],
    [
      'a surge in percent, rounded up',
      inputOf({ ...V2, policy: GRADUALLY, state: greenOf(3, rolling('34%', 0)) }),
      [2, 2],
    ],
    ['no surge where there is none', inputOf({ ...V2, policy: GRADUALLY, state: greenOf(2, rolling(0, 1)) }), [0, 0]],
    [
      'all, after the old ones are gone, with Recreate',
      inputOf({ ...V2, state: greenOf(2, { strategy: { type: 'Recreate' } }) }),
      [2, 0],
    ],
    ['as many as the active color has', inputOf({ ...V2, state: greenOf(0) }), [2, 2]],
    ['one that is missing', inputOf({ state: greenOf(1) }), [1, 1]],
  ])('are %s', (_, input, [atOnce, settled]) => {
    expect(counts(input)).toEqual([['shop-green', atOnce, settled]]);
  });

  test('are none where the idle color is there already', () => {
    const input = inputOf({ state: greenOf(2) });
    expect(counts(input)).toEqual([]);
    expect(counts(input, planRollback(input))).toEqual([]);
  });

  test('are those of a color that was scaled down, for a rollback', () => {
    const input = inputOf({ state: greenOf(0) });
    expect(counts(input, planRollback(input))).toEqual([['shop-green', 2, 2]]);
  });

  test('are none of those that are there in the middle of a rollout', () => {
    const state = greenOf(2);
    const deployments = {
      ...state.deployments,
      green: deployment('green', 'v2', { replicas: 3 }),
    };
    const pods = [pod('green', 'old', { hash: 'h1' }), pod('green', 'new', { hash: 'h2' })];
    const replicaSets = [replicaSet('green', 'h1', 1), replicaSet('green', 'h2', 2)];
    expect(counts(inputOf({ ...V2, state: { ...state, deployments, pods, replicaSets } }))).toEqual([
      ['shop-green', 2, 2],
    ]);
  });

  test('are those of both colors, for an install', () => {
    const { active, ...state } = stateOf();
    const nothing = { ...state, deployments: { blue: undefined, green: undefined }, pods: [], replicaSets: [] };
    const input = inputOf({ state: nothing, manifests: manifestsOf() });
    expect(planDemands(planDeploy(input), nothing)).toMatchObject([
      { deployment: 'shop-blue', isNew: true, atOnce: { pods: 2 } },
      { deployment: 'shop-green', isNew: true, atOnce: { pods: 2 } },
    ]);
  });

  test('are none when the server says that the manifest changes no Pod', () => {
    const manifests = manifestsOf({ green: manifestDeployment('green', 'v9') });
    const live = liveObjects(...manifestObjects());
    const input = inputOf({ manifests, live, state: greenOf(2) });
    const plan = planPromote(input);
    expect(planDemands(plan, input.state)).toMatchObject([{ atOnce: { pods: 2 } }]);
    expect(planDemands(plan, input.state, new Set(['shop-green']))).toMatchObject([{ atOnce: { pods: 0 } }]);
  });

  test('take what their RuntimeClass takes, as Pods of it show', () => {
    const state = greenOf(0, {
      template: { spec: { containers: [{ name: 'shop', image: 'shop:v0' }], runtimeClassName: 'kata' } as never },
    });
    const [first, ...rest] = state.pods;
    const kata = { ...first, spec: { ...first?.spec, runtimeClassName: 'kata', overhead: { cpu: '250m' } } } as never;
    const input = inputOf({ ...V2, state: { ...state, pods: [kata, ...rest] } });
    expect(planDemands(planPromote(input), input.state)).toMatchObject([{ pod: { overhead: { cpu: '250m' } } }]);
  });
});
