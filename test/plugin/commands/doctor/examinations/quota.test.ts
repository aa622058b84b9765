import { describe, expect, test } from '@jest/globals';
import { quotaRoom, refusedPods } from '../../../../../plugin/commands/doctor/examinations/quota.js';
import type { ResourceQuota } from '../../../../../plugin/commands/doctor/kinds.js';
import { newestReplicaSet } from '../../../../../plugin/plan/state.js';
import { detailed, factsOf, greenPods, healthyState, ownedPod } from '../facts.js';

const refused = (message: string, observedGeneration = 1) => {
  const state = healthyState(greenPods());
  const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }];
  const green = newestReplicaSet(state.replicaSets, detailed('green', 'v0'));
  const replicaSets = state.replicaSets.map((one) => {
    if (one !== green) return one;
    return { ...one, metadata: { ...one.metadata, generation: 1 }, status: { conditions, observedGeneration } };
  });
  return { ...state, replicaSets };
};

describe('Pods that the API server refuses', () => {
  test.each([
    [
      'quota-exceeded',
      'pods "x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2',
      'kubectl describe resourcequota small',
    ],
    [
      'quota-exceeded',
      'exceeded quota: small, requested: limits.cpu=500m,pods=1, used: limits.cpu=1,pods=2, limited: limits.cpu=1,pods=2',
      'kubectl describe resourcequota small',
    ],
    [
      'quota-unspecified',
      'pods "x" is forbidden: failed quota: q: must specify limits.memory for: shop',
      'kubectl set resources deployment/shop-green --containers=shop --limits=memory=512Mi',
    ],
    [
      'limit-range',
      'pods "x" is forbidden: maximum cpu usage per Container is 100m, but limit is 500m',
      'kubectl set resources deployment/shop-green --containers=shop --limits=cpu=100m --requests=cpu=100m',
    ],
    [
      'limit-range',
      'pods "x" is forbidden: minimum memory usage per Container is 256Mi, but request is 128Mi',
      'kubectl set resources deployment/shop-green --containers=shop --requests=memory=256Mi',
    ],
    [
      'pods-refused',
      'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
      'kubectl bluegreen deploy shop --image=registry.example:5000/shop:v1',
    ],
  ])('%s: %s', (id, message, fix) => {
    expect(refusedPods.examine(factsOf({ state: refused(message) }))).toEqual([
      expect.objectContaining({
        id,
        severity: 'problem',
        what: expect.stringContaining(message),
        fix: `${fix} -n store --context=prod`,
      }),
    ]);
  });

  test('in an earlier try, before the ReplicaSet was scaled, are told no more', () => {
    expect(refusedPods.examine(factsOf({ state: refused('exceeded quota: small', 0) }))).toEqual([]);
  });

  test('for a ServiceAccount that is missing are told by that', () => {
    const message =
      'pods "x" is forbidden: error looking up service account store/robot: serviceaccount "robot" not found';
    expect(refusedPods.examine(factsOf({ state: refused(message) }))).toEqual([]);
  });
});

describe('a ResourceQuota', () => {
  const quota = (hard: Record<string, string>, used: Record<string, string>, spec = {}): ResourceQuota => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small' },
    spec,
    status: { hard, used },
  });
  const idleAtOne = greenPods(ownedPod('green', 'g1'));

  test.each([
    [{ pods: '3' }, { pods: '3' }, 'pods 3, want 4'],
    [{ 'requests.cpu': '350m' }, { 'requests.cpu': '300m' }, 'requests.cpu 350m, want 400m'],
    [{ 'limits.memory': '1536Mi' }, { 'limits.memory': '1536Mi' }, 'limits.memory 1536Mi, want 2Gi'],
  ])('of %j has no room for one more Pod of green', (hard, used, wanted) => {
    expect(quotaRoom.examine(factsOf({ state: idleAtOne, quotas: [quota(hard, used)] }))).toEqual([
      expect.objectContaining({
        id: 'quota-too-small',
        severity: 'warning',
        affects: 'promotion',
        what: expect.stringContaining(wanted),
        fix: 'kubectl describe resourcequota small -n store --context=prod',
      }),
    ]);
  });

  test.each([
    ['has room', quota({ pods: '4', 'count/services': '1' }, { pods: '3', 'count/services': '1' })],
    ['is of other Pods', quota({ pods: '3' }, { pods: '3' }, { scopes: ['BestEffort'] })],
  ])('that %s is no finding', (_, one) => {
    expect(quotaRoom.examine(factsOf({ state: idleAtOne, quotas: [one] }))).toEqual([]);
  });

  test('that is full matters no more once both colors have their size', () => {
    expect(quotaRoom.examine(factsOf({ quotas: [quota({ pods: '4' }, { pods: '4' })] }))).toEqual([]);
  });
});
