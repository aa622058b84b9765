import { describe, expect, test } from '@jest/globals';
import type { Check } from '../../../charts/policy.js';
import { describeVerification, verifyColor, verifyPods } from '../../../plugin/checks/verify.js';
import { RefusedError } from '../../../plugin/core/errors.js';
import { pod, slice, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { type FakeRun, fakeRun } from '../fake-run.js';
import { fakeTunnels, type PodAnswer, type PodRequest } from '../fake-tunnels.js';

const HEALTH: Check = {
  name: 'health',
  path: '/health',
  status: [200],
  timeoutSeconds: 5,
  retries: 3,
  intervalSeconds: 2,
};
const READY: Check = { ...HEALTH, name: 'ready', path: '/ready' };

const verify = async (run: FakeRun, checks: readonly Check[] = [HEALTH, READY]) =>
  (await verifyColor(run, 'green', { checks, port: 3000, container: 'shop' })).verified;
const answering = (answer: (request: PodRequest, nth: number) => PodAnswer) => {
  const asked = new Map<string, number>();
  return fakeTunnels((request) => {
    const key = `${request.pod}${request.path}`;
    asked.set(key, (asked.get(key) ?? 0) + 1);
    return answer(request, asked.get(key) ?? 0);
  });
};

describe('verifyColor', () => {
  test('asks every Pod of the color every check, and nothing of the other color', async () => {
    const run = fakeRun();
    const evidence = await verify(run);
    expect(run.tunnels.requests.map(({ pod, port, path }) => `${pod}:${port}${path}`).sort()).toEqual([
      'g1:3000/health',
      'g1:3000/ready',
      'g2:3000/health',
      'g2:3000/ready',
    ]);
    expect(
      evidence.map((one) => [
        one.pod,
        one.uid,
        one.checks.map(({ name, status, attempts }) => [name, status, attempts]),
      ]),
    ).toEqual([
      [
        'g1',
        'uid-g1',
        [
          ['health', 200, 1],
          ['ready', 200, 1],
        ],
      ],
      [
        'g2',
        'uid-g2',
        [
          ['health', 200, 1],
          ['ready', 200, 1],
        ],
      ],
    ]);
  });

  test('asks 32 Pods at once, and the next as soon as one is done', async () => {
    const pods = Array.from({ length: 50 }, (_, index) => pod('green', `g${index}`));
    const tunnels = fakeTunnels();
    const open = new Set<string>();
    let most = 0;
    const run = fakeRun({
      tunnels: {
        ...tunnels,
        open(name, port) {
          open.add(name);
          most = Math.max(most, open.size - run.verified.size);
          return tunnels.open(name, port);
        },
      },
    });
    expect(await verifyPods(run, pods, [HEALTH], 3000)).toHaveLength(50);
    expect(most).toBe(32);
  });

  test('remembers which Pods passed, and of which template they are', async () => {
    const run = fakeRun();
    await verify(run);
    expect([...run.verified]).toMatchObject([
      ['uid-g1', { metadata: { name: 'g1' } }],
      ['uid-g2', { metadata: { name: 'g2' } }],
    ]);
  });

  test('is described by how many Pods passed how many checks', async () => {
    const [one, two] = await verify(fakeRun());
    const pods = one && two ? [one, two] : [];
    expect(describeVerification({ verified: pods })).toBe('2 Pods passed 2 checks each');
    const [single] = await verify(fakeRun(), [HEALTH]);
    expect(describeVerification({ verified: single ? [single] : [] })).toBe('1 Pod passed 1 check each');
  });

  test('asks on a port that a check names and with the headers that it names', async () => {
    const run = fakeRun();
    await verify(run, [{ ...HEALTH, port: 9090, requestHeaders: { 'x-probe': 'yes' } }]);
    expect(run.tunnels.requests[0]).toMatchObject({ port: 9090, headers: { 'x-probe': 'yes' } });
  });

  test('tries again as often as the check may, and as far apart', async () => {
    const run = fakeRun({ tunnels: answering((_, nth) => ({ status: nth < 3 ? 503 : 200 })) });
    const started = run.clock.now();
    const [evidence] = await verify(run, [HEALTH]);
    expect(evidence?.checks).toMatchObject([{ name: 'health', attempts: 3 }]);
    expect(run.clock.now() - started).toBe(4000);
    expect(run.log).toContain(
      'info pod "g1": check "health" (GET /health): status is 503, want 200, next attempt in 2s',
    );
  });

  test('fails when one Pod of many fails as often as it may', async () => {
    const run = fakeRun({ tunnels: answering(({ pod }) => ({ status: pod === 'g2' ? 500 : 200 })) });
    await expect(verify(run, [HEALTH])).rejects.toThrow(
      failure(
        RefusedError,
        'pod "g2": check "health" (GET /health) failed after 3 of 3 attempts: status is 500, want 200',
      ),
    );
    expect(run.tunnels.requests.filter(({ pod }) => pod === 'g2')).toHaveLength(3);
    expect(run.verified.has('uid-g2')).toBe(false);
  });

  test('refuses a release without checks: nothing would be verified', async () => {
    await expect(verify(fakeRun(), [])).rejects.toThrow(RefusedError);
  });

  test.each([
    ['the EndpointSlices of its Service lack a Pod', [slice('shop-green', [pod('green', 'g1')])], 'not yet served: g2'],
    [
      'its Service serves another Pod too',
      [slice('shop-green', [pod('green', 'g1'), pod('green', 'g2'), pod('blue', 'b1')])],
      '10.0.0.3',
    ],
  ])('fails when %s', async (_, endpointSlices, why) => {
    const run = fakeRun({ state: stateOf({ endpointSlices }) });
    await expect(verify(run)).rejects.toThrow(why);
  });

  test('waits for EndpointSlices that lag behind', async () => {
    const run = fakeRun({ state: stateOf({ endpointSlices: [] }) });
    run.clock.after(3000, () => run.api.put(slice('shop-green', [pod('green', 'g1'), pod('green', 'g2')])));
    await expect(verify(run)).resolves.toHaveLength(2);
  });

  test('does without a Service of the color, but says so', async () => {
    const run = fakeRun({
      state: stateOf({ colorServices: { blue: undefined, green: undefined }, endpointSlices: [] }),
    });
    await verify(run);
    expect(run.log).toContain('warn service "shop-green" not found: only the Pods themselves are verified');
  });

  test('ends with the reason of a signal', async () => {
    const stop = new AbortController();
    const run = fakeRun({ signal: stop.signal, tunnels: answering(() => ({ status: 503 })) });
    run.clock.after(500, () => stop.abort(new Error('SIGINT')));
    await expect(verify(run)).rejects.toThrow('SIGINT');
  });

  test('ends when the time for all of it has passed', async () => {
    const run = fakeRun({ verifyTimeoutMs: 0, tunnels: answering(() => ({ status: 503 })) });
    run.clock.sleep = (_, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    await expect(verify(run)).rejects.toThrow(failure(RefusedError, 'the verification did not end in 0s'));
  });
});
