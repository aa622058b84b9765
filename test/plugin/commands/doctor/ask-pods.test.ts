import { expect, test } from '@jest/globals';
import { askPods, isRunning } from '../../../../plugin/commands/doctor/ask-pods.js';
import { PortClosedError, TunnelError } from '../../../../plugin/kube/tunnel-error.js';
import { bothColors, POLICY, pod } from '../../cluster-objects.js';
import { fakeRun } from '../../fake-run.js';

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
    throw new PortClosedError('b1', 3000);
  };
  const { results } = await askPods(run, [pod('blue', 'b1')], bothColors(once));
  const why = 'connection refused on port 3000 of pod "b1"';
  expect(results.map((one) => one.why)).toEqual([why, why, why]);
});

test('only Pods that run are asked', () => {
  const waiting = pod('blue', 'b1', { ready: false, waiting: { reason: 'ErrImagePull' } });
  const pending = pod('blue', 'b2');
  if (pending.status) pending.status.phase = 'Pending';
  expect([pod('blue', 'b3'), waiting, pending].map(isRunning)).toEqual([true, false, false]);
});

test('an API server that says "connection refused" of a node is no answer of the Pod', async () => {
  const run = fakeRun();
  run.tunnels.refuse = () => {
    throw new TunnelError('HTTP 500: dial tcp 10.0.0.7:10250: connect: connection refused', {
      refusal: { status: 500, byApiServer: true },
    });
  };
  const { results, notReached } = await askPods(run, [pod('blue', 'b1')], bothColors(once));
  expect({ results, notReached: notReached.length }).toEqual({ results: [], notReached: 1 });
});

test('no more tunnels are opened at once than a verification opens', async () => {
  const run = fakeRun();
  let [open, most] = [0, 0];
  const { open: openTunnel } = run.tunnels;
  run.tunnels.open = async (name, port) => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, 5));
    open--;
    return openTunnel(name, port);
  };
  const pods = Array.from({ length: 14 }, (_, index) => pod('blue', `b${index}`));
  const { results } = await askPods(run, pods, bothColors(once));
  expect(results.filter(({ why }) => why === undefined)).toHaveLength(14 * once.checks.length);
  expect(most).toBe(32);
});
