import { describe, expect, test } from '@jest/globals';
import { UnprovenError } from '../../../plugin/core/errors.js';
import { proveTraffic } from '../../../plugin/traffic/prove.js';
import { pod, service, slice, stateOf } from '../cluster-objects.js';
import { type FakeRun, fakeRun as freshRun, podPath, serve } from '../fake-run.js';

const { pods } = stateOf();
/** Right after the switch. */
function fakeRun(overrides: Parameters<typeof freshRun>[0] = {}): FakeRun {
  const run = freshRun(overrides);
  run.api.put(service('shop-active', 'green'));
  return run;
}
const prove = (run: FakeRun) => proveTraffic(run, 'shop-active', 'green');

describe('proveTraffic', () => {
  test('holds after several reads that agree, and says when the first of them was', async () => {
    const run = fakeRun();
    serve(run.api, 'green', pods);
    expect(await prove(run)).toEqual({ ms: 0, endpoints: 2, reads: 3 });
  });

  test('waits until the endpoints have followed, and says how long that took', async () => {
    const run = fakeRun();
    run.clock.after(1010, () => serve(run.api, 'green', pods));
    const { ms, endpoints } = await prove(run);
    expect(endpoints).toBe(2);
    expect(ms).toBeGreaterThanOrEqual(1000);
    expect(ms).toBeLessThan(1200);
  });

  test('counts anew when the reads stop agreeing', async () => {
    const run = fakeRun();
    serve(run.api, 'green', pods);
    run.clock.after(30, () => serve(run.api, 'blue', pods));
    run.clock.after(2010, () => serve(run.api, 'green', pods));
    const started = run.clock.now();
    const { ms } = await prove(run);
    expect(ms).toBeGreaterThanOrEqual(2000);
    expect(run.clock.now() - started).toBeGreaterThan(ms);
  });

  test('waits while a Pod of the old color is still served', async () => {
    const run = fakeRun();
    run.api.put(slice('shop-active', pods));
    run.clock.after(505, () => serve(run.api, 'green', pods));
    expect((await prove(run)).ms).toBeGreaterThanOrEqual(500);
  });

  test('does not hold, and says what differs, when the endpoints never follow', async () => {
    const run = fakeRun();
    const started = run.clock.now();
    await expect(prove(run)).rejects.toThrow(UnprovenError);
    await expect(prove(run)).rejects.toThrow(
      'service "shop-active" selects green, but after 90s its EndpointSlices do not hold exactly the ready Pods of green: ' +
        'not yet served: g1, g2; served but not of this color or not ready: 10.0.0.1, 10.0.0.2',
    );
    expect(run.clock.now() - started).toBeGreaterThanOrEqual(60_000);
  });

  test('does not hold for a color without ready Pods', async () => {
    const run = fakeRun();
    run.api.put(slice('shop-active', []));
    for (const name of ['g1', 'g2']) run.api.put(pod('green', name, { ready: false }));
    await expect(prove(run)).rejects.toThrow('no Pod is ready');
  });

  test('follows Pods that come and go while it reads', async () => {
    const run = fakeRun();
    serve(run.api, 'green', pods);
    run.clock.after(10, () => run.api.remove(podPath('g2')));
    run.clock.after(400, () => serve(run.api, 'green', pods.slice(0, 3)));
    expect(await prove(run)).toMatchObject({ endpoints: 1 });
  });

  test('says who has moved traffic on meanwhile, as soon as it is seen', async () => {
    const run = fakeRun();
    const started = run.clock.now();
    run.api.put(service('shop-active', 'blue', { id: 'another', by: 'ada@host', kind: 'rollback' }));
    await expect(prove(run)).rejects.toThrow(/^traffic was moved on to blue, by ada@host \(rollback at /);
    expect(run.clock.now() - started).toBeLessThan(2000);
  });

  test('ends with the reason of a signal', async () => {
    const stop = new AbortController();
    const run = fakeRun({ signal: stop.signal });
    run.clock.after(100, () => stop.abort(new Error('SIGINT')));
    await expect(prove(run)).rejects.toThrow('SIGINT');
  });
});
