import { describe, expect, test } from '@jest/globals';
import { InterruptedError, LostRaceError } from '../../../../plugin/core/errors.js';
import { planCleanup } from '../../../../plugin/plan/cleanup.js';
import type { Step } from '../../../../plugin/plan/steps.js';
import { waitDrain } from '../../../../plugin/steps/actions/drain.js';
import { service, stateOf } from '../../cluster-objects.js';
import { type FakeRun, fakeRun } from '../../fake-run.js';

const MOVED = Date.parse('2026-01-02T03:04:05.000Z');

function drain(run: FakeRun, seconds: number, at?: string) {
  const state = stateOf({ active: service('shop-active', 'blue', at === undefined ? {} : { at }) });
  const { steps } = planCleanup({ state, autoscalers: [], keep: 0, afterSeconds: seconds });
  return waitDrain(run, steps[0] as Step & { kind: 'drain' });
}

describe('waitDrain', () => {
  test('waits exactly as long as is left, says how long, and changes nothing', async () => {
    const run = fakeRun();
    await run.clock.sleep(7000);
    await drain(run, 60);
    expect(run.clock.wall()).toBe(MOVED + 60_000);
    expect(run.log).toEqual(['info traffic moved 7s ago, 53s to wait', 'info traffic moved 37s ago, 23s to wait']);
    expect(new Set(run.api.calls.map(({ verb }) => verb))).toEqual(new Set(['get']));
  });

  test('does not wait when the time is over', async () => {
    const run = fakeRun();
    await run.clock.sleep(60_000);
    await drain(run, 60);
    expect([run.clock.wall(), run.log]).toEqual([MOVED + 60_000, []]);
  });

  test.each([
    ['back', -3_600_000],
    ['ahead', 3_600_000],
  ])('waits no longer and no shorter when the clock of the machine is set %s meanwhile', async (_, step) => {
    const run = fakeRun();
    const started = run.clock.now();
    await run.clock.sleep(7000);
    run.clock.after(20_000, () => run.clock.stepWall(step));
    await drain(run, 60);
    expect(run.clock.now() - started).toBe(60_000);
    expect(run.log.at(-1)).toBe('info traffic moved 37s ago, 23s to wait');
  });

  test('waits the whole time, and no longer, where the record is from the future, and says so', async () => {
    const run = fakeRun();
    run.clock.stepWall(-3_600_000);
    const started = run.clock.now();
    await drain(run, 60);
    expect(run.clock.now() - started).toBe(60_000);
    expect(run.log).toEqual([
      'warn service "shop-active" says that traffic moved 3600s after this machine\'s present time ' +
        '(2026-01-02T03:04:05.000Z): one of the two clocks is wrong, so the whole 60s are waited for',
      'info traffic moved 0s ago, 60s to wait',
      'info traffic moved 30s ago, 30s to wait',
    ]);
  });

  test('says nothing of clocks that differ by a second', async () => {
    const run = fakeRun();
    run.clock.stepWall(-1000);
    await drain(run, 60);
    expect(run.log.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  test('ends soon after traffic was moved', async () => {
    const run = fakeRun();
    run.clock.after(11_000, () => run.api.put(service('shop-active', 'green', { id: 'op-9' })));
    await expect(drain(run, 3600)).rejects.toThrow(LostRaceError);
    expect(run.clock.wall() - MOVED).toBeLessThanOrEqual(16_000);
  });

  test('ends at once when it is interrupted', async () => {
    const stop = new AbortController();
    const run = fakeRun({ signal: stop.signal });
    run.clock.after(2000, () => stop.abort(new InterruptedError('SIGINT', 2)));
    await expect(drain(run, 3600)).rejects.toMatchObject({ exitCode: 130 });
    expect(run.clock.wall() - MOVED).toBe(2000);
  });

  test.each(['', 'yesterday'])('refuses to wait from a time that does not read as one: %j', async (at) => {
    await expect(drain(fakeRun(), 60, at)).rejects.toThrow('does not say when traffic moved');
  });
});
