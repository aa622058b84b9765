import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { PROCESS_ANNOTATION } from '../../../charts/names.js';
import { ApiError, LostRaceError, UnreachableError } from '../../../plugin/core/errors.js';
import type { Lease } from '../../../plugin/core/kubernetes.js';
import { resourcePath } from '../../../plugin/kube/resources.js';
import { acquireLease } from '../../../plugin/run/lease.js';
import { processIdentity } from '../../../plugin/run/process-identity.js';
import { failure } from '../failure.js';
import { NAMESPACE } from '../fake-api.js';
import { fakeClock } from '../fake-clock.js';
import { type FakeRun, fakeRun } from '../fake-run.js';

const PATH = resourcePath('Lease', NAMESPACE, 'shop-bluegreen');
const lease = (run: FakeRun) => run.api.at<Lease>(PATH);

/** Bob's Lease, renewed some seconds before the clock of the run. */
function heldByBob(run: FakeRun, secondsAgo: number): Lease {
  const renewTime = new Date(run.clock.wall() - secondsAgo * 1000).toISOString().replace('Z', '000Z');
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'shop-bluegreen' },
    spec: {
      holderIdentity: 'bob@ci (op-9)',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-02T03:00:00.000000Z',
      renewTime,
    },
  };
}

const heldByEve = (run: FakeRun): Lease => ({ ...heldByBob(run, 0), spec: { holderIdentity: 'eve@ci' } });

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('acquireLease', () => {
  test('says who holds it, and is gone at the end', async () => {
    const run = fakeRun();
    const held = await acquireLease(run);
    expect(lease(run)?.spec).toEqual({
      holderIdentity: 'grace@laptop (op-2)',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-02T03:04:05.000000Z',
      renewTime: '2026-01-02T03:04:05.000000Z',
    });
    await held.release();
    expect(lease(run)).toBeUndefined();
  });

  test('takes over at once from a process of this machine that has ended, and from no other', async () => {
    const identity = processIdentity() ?? '';
    const held = (process: string): Lease => {
      const lease = heldByBob(run, 1);
      return { ...lease, metadata: { ...lease.metadata, annotations: { [PROCESS_ANNOTATION]: process } } };
    };
    const run = fakeRun();
    run.api.put(held(identity));
    await expect(acquireLease(run)).rejects.toThrow(LostRaceError);
    run.api.put(held(identity.replace(/\d+$/, '1')));
    await acquireLease(run);
    expect(run.log).toEqual(['info taking over from bob@ci (op-9), a process of this machine that has ended']);
    expect(lease(run)).toMatchObject({
      metadata: { annotations: { [PROCESS_ANNOTATION]: identity } },
      spec: { holderIdentity: 'grace@laptop (op-2)' },
    });
  });

  test('refuses while somebody holds it, and says who and for how long', async () => {
    const run = fakeRun();
    run.api.put(heldByBob(run, 5));
    await expect(acquireLease(run)).rejects.toThrow(
      failure(
        LostRaceError,
        'bob@ci (op-9) is at work on shop since 2026-01-02T03:00:00.000000Z: wait until it ends; ' +
          'if it is dead, its lease ends in 10s',
      ),
    );
    expect(lease(run)?.spec.holderIdentity).toBe('bob@ci (op-9)');
  });

  test.each([
    ['was not renewed in time', (run: FakeRun) => heldByBob(run, 16)],
    ['has no renewTime', (run: FakeRun) => ({ ...heldByBob(run, 0), spec: { holderIdentity: 'bob' } })],
  ])('takes over one that %s', async (_, left) => {
    const run = fakeRun();
    run.api.put(left(run));
    const held = await acquireLease(run);
    expect(lease(run)?.spec.holderIdentity).toBe('grace@laptop (op-2)');
    await held.release();
    expect(lease(run)).toBeUndefined();
  });

  test.each([
    ['takes over one from hours ahead that is not renewed in its time', 0, 'grace@laptop (op-2)'],
    ['refuses for one from hours ahead that is renewed', 1, 'bob@ci (op-9)'],
  ])('%s', async (_, renewals, holder) => {
    const run = fakeRun();
    run.api.put(heldByBob(run, -7200));
    const began = run.clock.now();
    if (renewals > 0) run.clock.after(4000, () => run.api.put(heldByBob(run, -7200)));
    const refusal = await acquireLease(run).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(lease(run)?.spec.holderIdentity).toBe(holder);
    expect(refusal?.message.endsWith('its lease ends in 15s')).toBe(renewals > 0 ? true : undefined);
    expect(run.clock.now() - began).toBe(renewals > 0 ? 4000 : 15_000);
  });

  test('a clock that is a little ahead makes the refusal name no more than the whole time', async () => {
    const run = fakeRun();
    run.api.put(heldByBob(run, -10));
    await expect(acquireLease(run)).rejects.toThrow('its lease ends in 15s');
  });

  test('loses when somebody else takes over an expired one first', async () => {
    const run = fakeRun();
    run.api.put(heldByBob(run, 60));
    run.api.before = ({ verb }) => {
      if (verb === 'patch') run.api.put(heldByEve(run));
    };
    await expect(acquireLease(run)).rejects.toThrow(LostRaceError);
    expect(lease(run)?.spec.holderIdentity).toBe('eve@ci');
  });

  test('tries again when the holder ends in between', async () => {
    const run = fakeRun();
    run.api.put(heldByBob(run, 0));
    run.api.before = ({ verb }) => {
      if (verb === 'get') run.api.remove(PATH);
    };
    await acquireLease(run);
    expect(lease(run)?.spec.holderIdentity).toBe('grace@laptop (op-2)');
  });

  test('is held although the answer to its creation was lost', async () => {
    const run = fakeRun();
    run.api.after = ({ verb }) => {
      if (verb === 'create') throw new UnreachableError('the connection to the server broke');
    };
    const held = await acquireLease(run);
    expect(lease(run)?.spec.holderIdentity).toBe('grace@laptop (op-2)');
    await held.release();
    expect(lease(run)).toBeUndefined();
  });

  test('is not held when its creation did not reach the server', async () => {
    const run = fakeRun();
    run.api.before = ({ verb }) => {
      if (verb === 'create') throw new UnreachableError('the connection to the server broke');
    };
    await expect(acquireLease(run)).rejects.toThrow(UnreachableError);
  });

  test('passes a refusal on', async () => {
    const run = fakeRun();
    run.api.before = () => {
      throw new ApiError(403, 'Forbidden', 'leases is forbidden');
    };
    await expect(acquireLease(run)).rejects.toThrow('Error from server (Forbidden): leases is forbidden');
  });
});

describe('a held Lease', () => {
  test('is renewed before it ends, and still deleted at the end', async () => {
    // A renewal at the same time would change nothing.
    const run = fakeRun({ clock: { ...fakeClock(), now: () => Date.now() } });
    const held = await acquireLease(run);
    await jest.advanceTimersByTimeAsync(14_000);
    expect(run.api.calls.filter(({ verb }) => verb === 'patch').length).toBeGreaterThanOrEqual(1);
    await held.release();
    expect(lease(run)).toBeUndefined();
  });

  test('is renewed no more once it is released', async () => {
    const run = fakeRun();
    await (await acquireLease(run)).release();
    const before = run.api.calls.length;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(run.api.calls).toHaveLength(before);
  });

  test('is left to whoever took it over', async () => {
    const run = fakeRun();
    const held = await acquireLease(run);
    run.api.put(heldByEve(run));
    await held.release();
    expect(lease(run)?.spec.holderIdentity).toBe('eve@ci');
  });

  const renewedAt = (run: FakeRun) => Date.parse(lease(run)?.spec.renewTime ?? '');
  /** Twenty seconds of the run's own clock and of the timers. */
  async function passTime(run: FakeRun, seconds = 20): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await run.clock.sleep(1000);
      await jest.advanceTimersByTimeAsync(1000);
    }
  }

  test('goes on being renewed after an answer that was lost, and is deleted at the end', async () => {
    const run = fakeRun();
    const held = await acquireLease(run);
    let lost = 0;
    run.api.after = ({ verb }) => {
      if (verb === 'patch' && ++lost <= 2) throw new UnreachableError('the connection to the server broke');
    };
    await passTime(run);
    expect(run.clock.wall() - renewedAt(run)).toBeLessThan(10_000);
    await held.release();
    expect([lease(run), run.log]).toEqual([undefined, []]);
  });

  test('goes on being renewed after a request that never reached the server, and one that is never answered', async () => {
    const run = fakeRun();
    const held = await acquireLease(run);
    const { patch } = run.api;
    let asked = 0;
    run.api.patch = async (path, body) => {
      asked++;
      if (asked === 1) throw new UnreachableError('the connection to the server broke');
      if (asked === 3) return new Promise(() => undefined);
      return patch(path, body);
    };
    await passTime(run, 40);
    expect(asked).toBeGreaterThan(4);
    expect(run.clock.wall() - renewedAt(run)).toBeLessThan(10_000);
    await held.release();
    expect([lease(run), run.log]).toEqual([undefined, []]);
  });

  test('is deleted at the end also when its last answer was lost', async () => {
    const run = fakeRun();
    const held = await acquireLease(run);
    await passTime(run, 4);
    run.api.after = ({ verb }) => {
      if (verb === 'patch') throw new UnreachableError('the connection to the server broke');
    };
    const { find } = run.api;
    run.api.find = () => Promise.reject(new UnreachableError('the connection to the server broke'));
    await passTime(run, 2);
    run.api.find = find;
    await held.release();
    expect(lease(run)).toBeUndefined();
  });

  test.each<[string, (run: FakeRun) => void, string]>([
    ['was taken over by another run', (run) => run.api.put(heldByEve(run)), 'was taken over by eve@ci'],
    ['was deleted', (run) => run.api.remove(PATH), 'was deleted'],
  ])('that %s is renewed no more, which is told once', async (_, happen, how) => {
    const run = fakeRun();
    const held = await acquireLease(run);
    happen(run);
    const before = lease(run);
    await passTime(run);
    await held.release();
    expect(lease(run)).toEqual(before);
    expect(run.log).toEqual([
      `warn lease "shop-bluegreen" ${how}: this run goes on, and moves traffic only if no other run did before`,
    ]);
  });

  test.each([-3_600_000, 3_600_000])('never looks older when the clock is set by %d ms', async (step) => {
    const run = fakeRun();
    const held = await acquireLease(run);
    await passTime(run, 8);
    const before = renewedAt(run);
    run.clock.stepWall(step);
    await passTime(run, 8);
    expect(renewedAt(run) - before).toBe(Math.max(step, 0) + 10_000);
    await held.release();
  });

  test('goes on when a renewal fails', async () => {
    const run = fakeRun();
    const held = await acquireLease(run);
    run.api.before = ({ verb }) => {
      if (verb === 'patch') throw new ApiError(500, 'InternalError', 'etcd');
    };
    await jest.advanceTimersByTimeAsync(12_000);
    await expect(held.release()).resolves.toBeUndefined();
  });
});
