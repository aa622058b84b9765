import { describe, expect, test } from '@jest/globals';
import type { Check } from '../../../charts/policy.js';
import { verifyColor } from '../../../plugin/checks/verify.js';
import { RefusedError } from '../../../plugin/core/errors.js';
import { PortClosedError, TunnelError } from '../../../plugin/kube/tunnel-error.js';
import { readyPods } from '../../../plugin/run/ready-pods.js';
import { deployment, pod, replicaSet, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { type FakeRun, fakeRun } from '../fake-run.js';

const HEALTH: Check = {
  name: 'health',
  path: '/health',
  status: [200],
  timeoutSeconds: 5,
  retries: 3,
  intervalSeconds: 2,
};
const verify = async (run: FakeRun, checks: readonly Check[] = [HEALTH]) =>
  (await verifyColor(run, 'green', { checks, port: 3000, container: 'shop' })).verified;

describe('a tunnel that breaks', () => {
  const broken = (run: FakeRun, times: number, error: TunnelError) => {
    let left = times;
    run.tunnels.refuse = (name) => {
      if (name === 'g1' && left-- > 0) throw error;
    };
  };

  test('says nothing about the Pod: it costs no attempt of the check', async () => {
    const run = fakeRun();
    broken(run, 2, new TunnelError('cannot port-forward to pod "g1": socket hang up'));
    const [evidence] = await verify(run, [{ ...HEALTH, retries: 1 }]);
    expect(evidence?.checks).toMatchObject([{ attempts: 1 }]);
  });

  test('every time is a failure that says that the Pod was not reached', async () => {
    const run = fakeRun();
    broken(run, Number.POSITIVE_INFINITY, new TunnelError('socket hang up'));
    await expect(verify(run)).rejects.toThrow('pod "g1": check "health" (GET /health): not reached: socket hang up');
  });

  test('is a failure at once when it is forbidden', async () => {
    const run = fakeRun();
    broken(
      run,
      1,
      new TunnelError('pods "g1" is forbidden: cannot create resource "pods/portforward"', {
        refusal: { status: 403, byApiServer: true },
      }),
    );
    await expect(verify(run)).rejects.toThrow('Error from server (Forbidden): pods "g1" is forbidden');
  });

  test('counts as a failed attempt when it was the Pod that refused the connection', async () => {
    const run = fakeRun();
    broken(run, 1, new PortClosedError('g1', 3000));
    const [evidence] = await verify(run, [HEALTH]);
    expect(evidence?.checks).toMatchObject([{ attempts: 2 }]);
  });
});

describe('readyPods', () => {
  test('are those of the newest ReplicaSet', async () => {
    const pods = [
      pod('green', 'g1', { hash: 'new' }),
      pod('green', 'g2', { hash: 'new' }),
      pod('green', 'g0', { hash: 'h1' }),
    ];
    const run = fakeRun({
      state: stateOf({ pods, replicaSets: [replicaSet('green', 'h1', 1), replicaSet('green', 'new', 2)] }),
    });
    expect((await readyPods(run, 'green')).map((one) => one.metadata.name)).toEqual(['g1', 'g2']);
  });

  test.each([
    ['fewer than wanted', [pod('green', 'g1'), pod('green', 'g2', { ready: false })], '1 of 2 replicas are ready'],
    ['none', [], '0 of 2 replicas are ready'],
  ])('are refused when they are %s', async (_, pods, why) => {
    await expect(readyPods(fakeRun({ state: stateOf({ pods }) }), 'green')).rejects.toThrow(
      failure(RefusedError, `deployment "shop-green" is not ready: ${why}`),
    );
  });

  test('are refused when none is wanted: an empty color must not get traffic', async () => {
    const run = fakeRun({ state: stateOf({ pods: [] }) });
    run.api.put(deployment('green', 'v0', { replicas: 0 }));
    await expect(readyPods(run, 'green')).rejects.toThrow(
      /deployment "shop-green" was scaled to 0 replicas meanwhile.*, want one or more/,
    );
  });
});
