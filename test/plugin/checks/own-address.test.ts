import { describe, expect, test } from '@jest/globals';
import { requireOwnAddress } from '../../../plugin/checks/own-address.js';
import { RefusedError, UnreachableError } from '../../../plugin/core/errors.js';
import type { Pod } from '../../../plugin/core/kubernetes.js';
import { TimeoutError } from '../../../plugin/kube/http.js';
import { resolvePorts } from '../../../plugin/plan/service-ports.js';
import { pod } from '../cluster-objects.js';
import { type FakeRun, fakeRun } from '../fake-run.js';

const CHECK = { name: 'health', path: '/health', status: [200], timeoutSeconds: 5, retries: 1, intervalSeconds: 1 };
const PODS = [pod('green', 'g1'), pod('green', 'g2')];
const REFUSED = {
  status: 503,
  body: JSON.stringify({
    kind: 'Status',
    message: 'error trying to reach service: dial tcp 10.0.0.1:3000: connect: connection refused',
  }),
};

const ask = (run: FakeRun, pods: readonly Pod[] = PODS, verified: Promise<unknown> = Promise.resolve()) => {
  const resolved = resolvePorts('shop-active', [{ port: 80, targetPort: 3000 }], pods);
  return requireOwnAddress(run, 'blue', pods, resolved, { checks: [CHECK], port: 3000 }, verified);
};
const asked = (run: FakeRun) =>
  run.api.calls.filter(({ verb }) => verb === 'ask').map(({ path }) => path.split('/')[6]);
const refusing = (...names: string[]) => {
  const run = fakeRun();
  run.api.proxied = (path) => (names.some((name) => path.includes(`/${name}:`)) ? REFUSED : { status: 404 });
  return run;
};

describe('requireOwnAddress', () => {
  test('asks each Pod once, and takes any answer for one', async () => {
    const run = refusing();
    expect(await ask(run)).toEqual([]);
    expect(asked(run)).toEqual(['g1:3000', 'g2:3000']);
  });

  test('asks none that the kubelet has asked', async () => {
    const run = fakeRun();
    const probed = PODS.map((one) => ({
      ...one,
      spec: { containers: [{ name: 'shop', readinessProbe: { httpGet: { port: 3000 } } }] },
    }));
    expect(await ask(run, probed)).toEqual([]);
    expect(asked(run)).toEqual([]);
  });

  test('refuses a Pod that does not listen there, and says what to do', async () => {
    const failed = ask(refusing('g2'));
    await expect(failed).rejects.toThrow(RefusedError);
    await expect(failed).rejects.toThrow(
      'pod "g2" answers on port 3000 through port-forward, but not at its own address (connect: connection refused)',
    );
  });

  test('tries a Pod again that has just begun to listen', async () => {
    const run = fakeRun();
    let left = 2;
    run.api.proxied = () => (left-- > 0 ? REFUSED : {});
    expect(await ask(run, PODS.slice(0, 1))).toEqual([]);
    expect(asked(run)).toHaveLength(3);
  });

  test('refuses none where the color that has the traffic is refused as well: another machine may have the addresses', async () => {
    const [why] = await ask(refusing('g1', 'g2', 'b1', 'b2'));
    expect(why).toMatch(/^the Pods' own addresses were not asked .* and so it is for blue, which has the traffic$/);
  });

  test('asks no other after a time-out, and says why', async () => {
    const run = fakeRun();
    run.api.before = ({ verb }) => {
      if (verb === 'ask') throw new UnreachableError('no answer in 2s', { cause: new TimeoutError('late') });
    };
    expect(await ask(run)).toEqual([expect.stringContaining('no answer in 2s')]);
    expect(asked(run)).toEqual(['g1:3000']);
  });

  test('leaves it to the checks to tell why a Pod fails them', async () => {
    const failing = Promise.reject(new RefusedError('pod "g1": check "health" failed'));
    await expect(ask(refusing('g1'), PODS, failing)).rejects.toThrow('check "health" failed');
  });
});
