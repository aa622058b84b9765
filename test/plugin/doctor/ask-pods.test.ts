import { expect, test } from '@jest/globals';
import { askPods, isRunning } from '../../../plugin/doctor/ask-pods.js';
import { TunnelError } from '../../../plugin/edges/tunnel-error.js';
import { bothColors, POLICY, pod } from '../cluster-objects.js';
import { fakeRun } from '../fake-run.js';

const once = { ...POLICY, checks: POLICY.checks.map((check) => ({ ...check, retries: 1 })) };

test('a Pod that no tunnel reaches is not taken for one that fails', async () => {
  const run = fakeRun();
  run.tunnels.refuse = () => {
    throw new TunnelError('pod is gone');
  };
  expect(await askPods(run, [pod('blue', 'b1')], bothColors(once))).toEqual({
    results: [],
    notReached: ['pod "b1" was not reached: pod is gone'],
  });
});

test('a user who may not port-forward is told so', async () => {
  const run = fakeRun();
  run.tunnels.refuse = () => {
    throw new TunnelError('pods "b1" is forbidden', { refusal: { status: 403, byApiServer: true } });
  };
  expect(await askPods(run, [pod('blue', 'b1')], bothColors(once))).toMatchObject({
    results: [],
    forbidden: 'forbidden: pods "b1" is forbidden',
  });
});

test('a connection that is refused is the answer of the Pod', async () => {
  const run = fakeRun();
  run.tunnels.refuse = () => {
    throw new TunnelError('connection refused');
  };
  const { results } = await askPods(run, [pod('blue', 'b1')], bothColors(once));
  expect(results.map(({ why }) => why)).toEqual(['connection refused', 'connection refused', 'connection refused']);
});

test('only Pods that run are asked', () => {
  const waiting = pod('blue', 'b1', { ready: false, waiting: { reason: 'ErrImagePull' } });
  const pending = pod('blue', 'b2');
  if (pending.status) pending.status.phase = 'Pending';
  expect([pod('blue', 'b3'), waiting, pending].map(isRunning)).toEqual([true, false, false]);
});
