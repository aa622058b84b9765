import { describe, expect, test } from '@jest/globals';
import { ApiError, UnreachableError } from '../../../../../plugin/core/errors.js';
import { TunnelError } from '../../../../../plugin/kube/tunnel-error.js';
import { watchColor } from '../../../../../plugin/steps/actions/soak/watch.js';
import { pod, service } from '../../../cluster-objects.js';
import { type FakeRun, fakeRun as freshRun, podPath } from '../../../fake-run.js';
import { fakeTunnels } from '../../../fake-tunnels.js';

/** Right after the switch. */
function fakeRun(overrides: Parameters<typeof freshRun>[0] = {}): FakeRun {
  const run = freshRun(overrides);
  run.api.put(service('shop-active', 'green'));
  return run;
}

const CHECK = { name: 'health', path: '/health', status: [200], timeoutSeconds: 5, retries: 1, intervalSeconds: 1 };
const watch = (run: FakeRun, seconds = 60) => watchColor(run, { color: 'green', seconds, checks: [CHECK], port: 3000 });

describe('watchColor', () => {
  test('finds nothing when all stays well, for as long as asked, and asks the Pods again and again', async () => {
    const run = fakeRun();
    const started = run.clock.now();
    expect(await watch(run)).toBeUndefined();
    expect(run.clock.now() - started).toBe(60_000);
    const asked = run.tunnels.requests.filter(({ pod: name }) => name === 'g2').length;
    expect(asked).toBeGreaterThanOrEqual(4);
  });

  test.each<[string, (run: FakeRun) => void, string]>([
    [
      'a Pod restarts',
      (run) => run.api.put(pod('green', 'g2', { restarts: 1 })),
      'pod "g2", container "shop" restarted once',
    ],
    ['a Pod is no longer ready', (run) => run.api.put(pod('green', 'g2', { ready: false })), '1 of 2 Pods are ready'],
    ['a Pod is gone', (run) => run.api.remove(podPath('g2')), '1 of 2 Pods are ready'],
  ])('says so at once when %s', async (_, happen, why) => {
    const run = fakeRun();
    const started = run.clock.now();
    run.clock.after(4000, () => happen(run));
    expect(await watch(run)).toContain(why);
    expect(run.clock.now() - started).toBe(4000);
  });

  test('says so when a Pod no longer passes its checks', async () => {
    const tunnels = fakeTunnels(({ pod: name }) => ({ status: name === 'g2' ? 500 : 200 }));
    expect(await watch(fakeRun({ tunnels }))).toContain('pod "g2": check "health" (GET /health) failed');
  });

  test('ends when somebody else has moved traffic on, and says who', async () => {
    const run = fakeRun();
    const started = run.clock.now();
    const theirs = service('shop-active', 'blue', { id: 'another', by: 'ada@host', kind: 'rollback' });
    run.clock.after(3000, () => run.api.put(theirs));
    await expect(watch(run)).rejects.toThrow(/^traffic was moved on to blue, by ada@host \(rollback at /);
    expect(run.clock.now() - started).toBe(4000);
  });

  test('ends when the selector was edited so that it names no color', async () => {
    const run = fakeRun();
    run.clock.after(3000, () => run.api.put(service('shop-active', 'green', undefined, { version: 'red' })));
    await expect(watch(run)).rejects.toThrow('service "shop-active" has selector app=shop,version=red');
  });

  test('waits for the next time when the Service cannot be read', async () => {
    const run = fakeRun();
    let refused = 0;
    run.api.before = ({ verb, path }) => {
      if (verb !== 'get' || !path.endsWith('shop-active') || refused >= 3) return;
      refused += 1;
      throw new ApiError(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');
    };
    expect(await watch(run, 30)).toBeUndefined();
    expect(refused).toBe(3);
  });

  const warning = (name: string, more: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.1` },
    involvedObject: { kind: 'Pod', name, uid: `uid-${name}` },
    type: 'Warning',
    reason: 'Unhealthy',
    message: 'Readiness probe failed',
    ...more,
  });

  test('says so at once when there is a new warning about a Pod', async () => {
    const run = fakeRun();
    const started = run.clock.now();
    run.clock.after(4000, () => run.api.put(warning('g2')));
    expect(await watch(run)).toBe('pod "g2": warning Unhealthy: Readiness probe failed');
    expect(run.clock.now() - started).toBe(4000);
  });

  test('does not mind a warning that was there before, until it is counted again', async () => {
    const run = fakeRun();
    run.api.put(warning('g2', { count: 3 }));
    run.clock.after(4000, () => run.api.put(warning('g2', { count: 3 })));
    expect(await watch(run, 5)).toBeUndefined();
    run.clock.after(4000, () => run.api.put(warning('g2', { count: 4 })));
    expect(await watch(run, 5)).toContain('warning Unhealthy');
  });

  test('does not mind what is no warning, is of the other color, or is ignored', async () => {
    const run = fakeRun();
    run.clock.after(1000, () => {
      run.api.put(warning('g1', { type: 'Normal' }));
      run.api.put(warning('b1'));
      run.api.put(warning('g2', { reason: 'Noise' }));
    });
    const request = { color: 'green', seconds: 5, checks: [CHECK], port: 3000, ignoreEventReasons: ['Noise'] } as const;
    expect(await watchColor(run, request)).toBeUndefined();
  });

  test('goes on without events, and says so once, where they may not be read', async () => {
    const run = fakeRun();
    run.api.before = ({ path }) => {
      if (path.endsWith('/events')) throw new ApiError(403, 'Forbidden', 'events is forbidden');
    };
    run.clock.after(4000, () => run.api.put(pod('green', 'g2', { ready: false })));
    expect(await watch(run)).toContain('1 of 2 Pods are ready');
    expect(run.log).toEqual([expect.stringMatching(/^warn events of namespace "store" may not be read/)]);
  });

  test('goes on without events where they may be listed but not watched', async () => {
    const run = fakeRun();
    const { watch: watchPath } = run.api;
    run.api.watch = (path, ...rest) => {
      if (path.endsWith('/events')) throw new ApiError(403, 'Forbidden', 'events is forbidden');
      return watchPath(path, ...rest);
    };
    expect(await watch(run)).toBeUndefined();
    expect(run.log).toHaveLength(1);
  });

  test('does not run commands again', async () => {
    const run = fakeRun({ runCommand: () => Promise.reject(new Error('it was run')) });
    const suite = { name: 'suite', command: ['npm', 'test'], timeoutSeconds: 5, retries: 1, intervalSeconds: 1 };
    expect(await watchColor(run, { color: 'green', seconds: 30, checks: [CHECK, suite], port: 3000 })).toBeUndefined();
  });

  test('does not mind what happens to the other color', async () => {
    const run = fakeRun();
    run.clock.after(4000, () => run.api.remove(podPath('b1')));
    run.clock.after(5000, () => run.api.put(pod('blue', 'b2', { ready: false })));
    expect(await watch(run)).toBeUndefined();
  });

  test('does not mind a Pod that an autoscaler adds', async () => {
    const run = fakeRun();
    run.clock.after(4000, () => run.api.put(pod('green', 'g3', { ready: false })));
    expect(await watch(run)).toBeUndefined();
  });

  /** An API server that is away from so many seconds on, until so many. */
  const away = (run: FakeRun, from: number, until: number) => {
    const [start, { watch: follow }] = [run.clock.now(), run.api];
    const isAway = () => run.clock.now() >= start + from * 1000 && run.clock.now() < start + until * 1000;
    const lost = new UnreachableError('the connection to the server broke');
    run.api.before = () => {
      if (isAway()) throw lost;
    };
    run.api.watch = async function* (path, query, signal) {
      const broken = run.clock.sleep(Math.max(0, start + from * 1000 - run.clock.now()), signal);
      broken.catch(() => undefined);
      if (run.clock.now() >= start + until * 1000) return yield* follow(path, query, signal);
      await broken;
      throw lost;
    };
    run.tunnels.refuse = () => {
      if (isAway()) throw new TunnelError('cannot port-forward to pod "g1": socket hang up');
    };
  };

  test('goes on when the server is back, and finds nothing when nothing was', async () => {
    const run = fakeRun();
    away(run, 7, 13);
    expect(await watch(run)).toBeUndefined();
    expect(run.log).toContain('warn the connection to the server broke: the watch goes on when the server is back');
  });

  test('says what happened while the server was away', async () => {
    const run = fakeRun();
    away(run, 4, 12);
    run.clock.after(6000, () => run.api.put(pod('green', 'g2', { restarts: 1 })));
    expect(await watch(run)).toBe('pod "g2", container "shop" restarted once');
  });

  test('fails when the server is away at the end: that is not the same as healthy', async () => {
    const run = fakeRun();
    away(run, 7, 1e6);
    await expect(watch(run, 30)).rejects.toThrow(UnreachableError);
  });

  test('fails when the Pods could not be asked the last time', async () => {
    const run = fakeRun();
    run.tunnels.refuse = () => {
      throw new TunnelError('cannot port-forward to pod "g1": socket hang up');
    };
    await expect(watch(run, 30)).rejects.toThrow(/^pod "g\d": check "health" .* not reached: cannot port-forward/);
  });

  test('ends with the reason of a signal', async () => {
    const stop = new AbortController();
    const run = fakeRun({ signal: stop.signal });
    run.clock.after(1000, () => stop.abort(new Error('SIGINT')));
    await expect(watch(run)).rejects.toThrow('SIGINT');
  });
});
