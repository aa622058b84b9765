import { describe, expect, test } from '@jest/globals';
import type { Condition, Deployment, Pod } from '../../../plugin/core/kubernetes.js';
import { type RolloutView, rolloutProgress, standing } from '../../../plugin/plan/rollout.js';
import { deployment, pod, replicaSet } from '../cluster-objects.js';

const settled = deployment('green', 'v2');
const READY: RolloutView = {
  deployment: settled,
  replicaSets: [replicaSet('green', 'old', 1), replicaSet('green', 'new', 2)],
  pods: [pod('green', 'g1', { hash: 'new' }), pod('green', 'g2', { hash: 'new' })],
};

const progress = (view: Partial<RolloutView>) => rolloutProgress({ ...READY, ...view }, 'shop', 'green');
const withStatus = (status: Deployment['status']): Partial<RolloutView> => ({
  deployment: { ...settled, status: { ...settled.status, ...status } },
});
const names = (result: ReturnType<typeof progress>) =>
  result.phase === 'ready' ? result.pods.map((one) => one.metadata.name) : result;

function withInitContainer(one: Pod, reason: string): Pod {
  const init = { name: 'migrate', ready: false, restartCount: 3, state: { waiting: { reason } } };
  return { ...one, status: { ...one.status, initContainerStatuses: [init] } };
}

function unschedulable(message: string): Pod {
  const condition: Condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  const one = pod('green', 'g2', { hash: 'new', ready: false });
  return { ...one, status: { ...one.status, phase: 'Pending', conditions: [condition] } };
}

describe('rolloutProgress', () => {
  test('is ready with every Pod of the newest ReplicaSet', () => {
    expect(names(progress({}))).toEqual(['g1', 'g2']);
  });

  test('is ready at once when no Pod is wanted', () => {
    const none = { ...settled, spec: { ...settled.spec, replicas: 0 }, status: { observedGeneration: 1 } };
    expect(names(progress({ deployment: none, pods: [] }))).toEqual([]);
  });

  test('counts only Pods of the newest ReplicaSet', () => {
    const pods = [pod('green', 'g1', { hash: 'new' }), pod('green', 'g0', { hash: 'old' })];
    expect(progress({ pods })).toMatchObject({
      phase: 'waiting',
      message: 'deployment "shop-green" is not ready: 1 of 2 replicas are ready',
    });
  });

  test('takes the ReplicaSet of the highest revision, as a number, for the newest', () => {
    const replicaSets = [replicaSet('green', 'new', 10), replicaSet('green', 'old', 9)];
    expect(names(progress({ replicaSets }))).toEqual(['g1', 'g2']);
  });

  test.each<[string, Partial<RolloutView>]>([
    ['its status is of an earlier generation', withStatus({ observedGeneration: 0 })],
    ['it was never observed', { deployment: { ...settled, status: undefined } as Deployment }],
    ['Pods of the old template are still there', withStatus({ replicas: 3 })],
    ['too few Pods have the new template', withStatus({ updatedReplicas: 1 })],
    ['Pods are ready but not yet for minReadySeconds', withStatus({ availableReplicas: 1 })],
    [
      'a Pod is being deleted',
      { pods: [pod('green', 'g1', { hash: 'new' }), pod('green', 'g2', { hash: 'new', terminating: true })] },
    ],
    ['no Pod is known yet', { pods: [] }],
    ['no ReplicaSet is known yet', { replicaSets: [] }],
  ])('waits while %s', (_, view) => {
    expect(progress(view).phase).toBe('waiting');
  });

  test('does not blame the old Pods for what was not yet observed', () => {
    const broken = pod('green', 'g0', { hash: 'new', ready: false, waiting: { reason: 'ImagePullBackOff' } });
    expect(progress({ ...withStatus({ observedGeneration: 0 }), pods: [broken] }).phase).toBe('waiting');
  });

  test.each([
    ['ImagePullBackOff', 'Back-off pulling image "shop:v9"'],
    ['InvalidImageName', 'couldn\'t parse image name "shop:"'],
    ['ErrImageNeverPull', 'Container image "shop:v9" is not present with pull policy of Never'],
    ['CreateContainerConfigError', 'configmap "shop-config" not found'],
  ])('fails as soon as a container waits with %s, in the words of the kubelet', (reason, message) => {
    const broken = pod('green', 'g2', { hash: 'new', ready: false, waiting: { reason, message } });
    expect(progress({ pods: [pod('green', 'g1', { hash: 'new' }), broken] })).toEqual({
      phase: 'failed',
      message: `pod "g2", container "shop": ${reason}: ${message}`,
      pod: broken,
      crashed: false,
    });
  });

  test('waits while a kubelet is late with its own copy of a ConfigMap', () => {
    const message = 'failed to sync configmap cache: timed out waiting for the condition';
    const late = pod('green', 'g2', {
      hash: 'new',
      ready: false,
      waiting: { reason: 'CreateContainerConfigError', message },
    });
    expect(progress({ pods: [pod('green', 'g1', { hash: 'new' }), late] }).phase).toBe('waiting');
  });

  test('says with which exit code a container that crashes ended, and that its last log is of the crashed one', () => {
    const broken = pod('green', 'g2', {
      hash: 'new',
      ready: false,
      waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' },
    });
    const container = broken.status?.containerStatuses?.[0];
    if (container) container.lastState = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
    expect(progress({ pods: [broken] })).toMatchObject({
      phase: 'failed',
      message: 'pod "g2", container "shop": CrashLoopBackOff: it ended with exit code 137 (OOMKilled)',
      crashed: true,
    });
  });

  test('fails on an init container too', () => {
    const broken = withInitContainer(pod('green', 'g2', { hash: 'new', ready: false }), 'CrashLoopBackOff');
    expect(progress({ pods: [broken] })).toMatchObject({
      phase: 'failed',
      message: expect.stringContaining('container "migrate": CrashLoopBackOff'),
    });
  });

  test.each(['ContainerCreating', 'PodInitializing', 'ErrImagePull'])('goes on waiting through %s', (reason) => {
    const starting = pod('green', 'g2', { hash: 'new', ready: false, waiting: { reason } });
    expect(progress({ pods: [starting] }).phase).toBe('waiting');
  });

  test('does not blame a Pod of an older ReplicaSet', () => {
    const old = pod('green', 'g0', { hash: 'old', ready: false, waiting: { reason: 'CrashLoopBackOff' } });
    expect(names(progress({ pods: [...READY.pods, old] }))).toEqual(['g1', 'g2']);
  });

  describe('a quota or an admission webhook that refuses Pods', () => {
    const message = 'pods "shop-green-x" is forbidden: exceeded quota: small';
    const refused = (
      status: string,
      of: { generation: number; observedGeneration: number },
      lastTransitionTime = '2026-11-28T03:00:00Z',
    ): Partial<RolloutView> => {
      const conditions = [{ type: 'ReplicaFailure', status, reason: 'FailedCreate', message, lastTransitionTime }];
      const { generation, observedGeneration } = of;
      const newest = replicaSet('green', 'new', 2);
      const current = {
        ...newest,
        metadata: { ...newest.metadata, generation },
        status: { observedGeneration, conditions },
      };
      return { ...withStatus({ conditions, updatedReplicas: 0 }), replicaSets: [current], pods: [] };
    };

    test('fails', () => {
      expect(progress(refused('True', { generation: 3, observedGeneration: 3 }))).toEqual({
        phase: 'failed',
        message: `deployment "shop-green": FailedCreate: ${message}`,
      });
    });

    test('is ready when a refusal is over and the Pods are there', () => {
      const { replicaSets = [] } = refused('False', { generation: 3, observedGeneration: 3 });
      expect(progress({ replicaSets }).phase).toBe('ready');
    });

    test.each<[string, Partial<RolloutView>]>([
      ['that is over', refused('False', { generation: 3, observedGeneration: 3 })],
      ['from before the ReplicaSet was scaled', refused('True', { generation: 4, observedGeneration: 3 })],
    ])('does not fail on a refusal %s', (_, view) => {
      expect(progress(view).phase).toBe('waiting');
    });

    test('does not fail on one that stood before this run, which says nothing of a later try', () => {
      const view = refused('True', { generation: 3, observedGeneration: 3 });
      const earlier = new Set(standing(view.replicaSets ?? [], []));
      expect(progress({ ...view, earlier })).toEqual({
        phase: 'waiting',
        message: `deployment "shop-green" is not ready: 0 of 2 replicas are ready: it is tried again since FailedCreate: ${message}`,
      });
      const again = refused('True', { generation: 3, observedGeneration: 3 }, '2026-11-28T03:00:09Z');
      expect(progress({ ...again, earlier }).phase).toBe('failed');
    });
  });

  test.each<[string, Deployment['status'], string]>([
    ['an old Pod', { replicas: 3 }, 'waiting for 1 old Pod to end'],
    ['old Pods', { replicas: 4 }, 'waiting for 2 old Pods to end'],
    ['none, at a first install', { availableReplicas: 1 }, 'the Deployment counts 1 of 2 as available'],
    ['none, before the controller counts', { updatedReplicas: 0 }, 'the Deployment counts 0 of 2 as available'],
  ])('says that it waits for %s when every new Pod is ready', (_, status, words) => {
    const of = { replicas: 2, ...status, ...(status?.updatedReplicas === 0 && { replicas: 0 }) };
    expect(progress(withStatus(of))).toEqual({
      phase: 'waiting',
      message: `deployment "shop-green": 2 of 2 replicas are ready; ${words}`,
    });
  });

  test('fails at once on a Deployment that is being deleted, and names what holds it', () => {
    const metadata = {
      ...settled.metadata,
      deletionTimestamp: '2026-01-02T03:04:05Z',
      finalizers: ['example.com/hold', 'foregroundDeletion'],
    };
    expect(progress({ deployment: { ...settled, metadata } })).toEqual({
      phase: 'failed',
      message:
        'deployment "shop-green" is being deleted since 2026-01-02T03:04:05Z; ' +
        'it is held by finalizers example.com/hold, foregroundDeletion',
    });
  });

  test('waits for Pods that could not start before the run, and blames those alone that fail anew', () => {
    const waiting = { reason: 'CreateContainerConfigError', message: 'secret "db" not found' };
    const hanging = pod('green', 'g2', { hash: 'new', ready: false, waiting });
    const earlier = new Set(standing([], [hanging]));
    expect(progress({ pods: [hanging], earlier })).toMatchObject({
      phase: 'waiting',
      message:
        'deployment "shop-green" is not ready: 0 of 2 replicas are ready: pod "g2", container "shop": ' +
        `CreateContainerConfigError: secret "db" not found: this stood before the run; waiting for the kubelet's next try, 90s at most`,
      hanging: [hanging],
    });
    const other = pod('green', 'g3', { hash: 'new', ready: false, waiting });
    expect(progress({ pods: [hanging, other], earlier })).toMatchObject({ phase: 'failed', pod: other });
  });

  test('fails on a paused Deployment, which would wait for ever', () => {
    const paused = { ...settled, spec: { ...settled.spec, paused: true } };
    expect(progress({ deployment: paused })).toEqual({
      phase: 'failed',
      message: 'deployment "shop-green" is paused: resume it with "kubectl rollout resume"',
    });
  });

  test('says why a Pod cannot be scheduled while it waits: a node may yet come', () => {
    const pods = [
      pod('green', 'g1', { hash: 'new' }),
      unschedulable('0/3 nodes are available: 3 Insufficient memory.'),
    ];
    expect(progress({ pods })).toEqual({
      phase: 'waiting',
      message:
        'deployment "shop-green" is not ready: 1 of 2 replicas are ready: 0/3 nodes are available: 3 Insufficient memory.',
    });
  });
});
