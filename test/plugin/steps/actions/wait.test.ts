import { describe, expect, test } from '@jest/globals';
import { ApiError, RefusedError, UnreachableError } from '../../../../plugin/core/errors.js';
import { rememberStanding } from '../../../../plugin/run/earlier-pods.js';
import { waitRollout } from '../../../../plugin/steps/actions/wait.js';
import { pod, stateOf } from '../../cluster-objects.js';
import { failure } from '../../failure.js';
import { type FakeRun, fakeRun, GREEN, podPath } from '../../fake-run.js';

const wait = (run: FakeRun, seconds = 60) => waitRollout(run, 'green', 'shop-green', seconds);
/** One of green's two Pods is not ready yet. */
const starting = (more: Partial<FakeRun> = {}) =>
  fakeRun({ state: stateOf({ pods: [pod('green', 'g1'), pod('green', 'g2', { ready: false })] }), ...more });

function crash(run: FakeRun): void {
  run.api.put(pod('green', 'g2', { ready: false, waiting: { reason: 'CrashLoopBackOff' } }));
}

describe('waitRollout', () => {
  test('returns the Pods at once when they are ready', async () => {
    const run = fakeRun();
    const started = run.clock.now();
    expect((await wait(run)).map((one) => one.metadata.name)).toEqual(['g1', 'g2']);
    expect(run.clock.now()).toBe(started);
  });

  test('returns as soon as the last Pod is ready, and tells once what it waits for', async () => {
    const run = starting();
    const started = run.clock.now();
    run.clock.after(5000, () => run.api.put(pod('green', 'g2', { ready: false })));
    run.clock.after(9000, () => run.api.put(pod('green', 'g2')));
    await wait(run);
    expect(run.clock.now() - started).toBe(9000);
    expect(run.log).toEqual(['info deployment "shop-green" is not ready: 1 of 2 replicas are ready']);
  });

  test('fails when the time has passed, and says what was still missing', async () => {
    const run = starting();
    const started = run.clock.now();
    await expect(wait(run, 60)).rejects.toThrow(
      failure(RefusedError, 'deployment "shop-green" is not ready: 1 of 2 replicas are ready, after 60s'),
    );
    expect(run.clock.now() - started).toBe(60_000);
  });

  test.each([-3_600_000, 3_600_000])(
    'fails at its time also when the clock is set by %d ms meanwhile',
    async (step) => {
      const run = starting();
      const started = run.clock.now();
      run.clock.after(10_000, () => run.clock.stepWall(step));
      await expect(wait(run, 60)).rejects.toThrow('after 60s');
      expect(run.clock.now() - started).toBe(60_000);
    },
  );

  test('waits for ever when the time is 0', async () => {
    const run = starting();
    run.clock.after(86_400_000, () => run.api.put(pod('green', 'g2')));
    await expect(wait(run, 0)).resolves.toHaveLength(2);
  });

  test('fails as soon as a Pod cannot start, with the last lines of the log of the container that crashed', async () => {
    const run = starting();
    run.api.logs.set(`${podPath('g2')}/log`, 'panic: no database\n\n  at main\n');
    run.clock.after(2000, () => crash(run));
    const started = run.clock.now();
    const error: Error = await wait(run).then(Promise.reject, (reason) => reason);
    expect(error.message.split('\n')).toEqual([
      'pod "g2", container "shop": CrashLoopBackOff',
      '  g2: panic: no database',
      '  g2:   at main',
    ]);
    expect(run.clock.now() - started).toBe(2000);
    expect(run.api.calls.at(-1)).toMatchObject({ verb: 'text', body: { previous: 'true' } });
  });

  test('fails in the same way when the log may not be read', async () => {
    const run = starting();
    crash(run);
    run.api.before = ({ verb }) => {
      if (verb === 'text') throw new ApiError(403, 'Forbidden', 'pods/log');
    };
    await expect(wait(run)).rejects.toThrow(failure(RefusedError, 'pod "g2", container "shop": CrashLoopBackOff'));
  });

  test('fails when the Deployment is deleted', async () => {
    const run = starting();
    run.clock.after(1000, () => run.api.remove(GREEN));
    await expect(wait(run)).rejects.toThrow(failure(RefusedError, 'deployment "shop-green" was deleted meanwhile'));
  });

  test('does not count a Pod that was deleted', async () => {
    const run = fakeRun();
    run.api.remove(podPath('g2'));
    run.clock.after(1000, () => run.api.put(pod('green', 'g3')));
    expect((await wait(run)).map((one) => one.metadata.name)).toEqual(['g1', 'g3']);
  });

  test('goes on when the server is back after its watches broke, and says so once', async () => {
    const run = starting();
    const { watch } = run.api;
    let lost = 3;
    run.api.watch = ((...args: Parameters<typeof watch>) => {
      if (lost-- > 0) throw new UnreachableError('the connection to the server broke');
      return watch.apply(run.api, args);
    }) as typeof watch;
    run.clock.after(5000, () => run.api.put(pod('green', 'g2')));
    expect(await wait(run)).toHaveLength(2);
    expect(run.log.filter((line) => line.includes('the wait goes on when the server is back'))).toHaveLength(1);
  });

  test('fails when the cluster may no longer be watched', async () => {
    const run = starting();
    run.api.watch = () => {
      throw new ApiError(403, 'Forbidden', 'pods is forbidden');
    };
    await expect(wait(run)).rejects.toThrow('pods is forbidden');
  });

  test('ends with the reason of a signal', async () => {
    const stop = new AbortController();
    const run = starting({ signal: stop.signal });
    run.clock.after(1000, () => stop.abort(new Error('SIGINT')));
    await expect(wait(run)).rejects.toThrow('SIGINT');
  });

  describe('for a Pod that could not start before the run', () => {
    const waiting = { reason: 'CreateContainerConfigError', message: 'secret "db" not found' };
    const hanging = pod('green', 'g2', { ready: false, waiting });
    const hung = (more: Partial<FakeRun> = {}) => {
      const state = stateOf({ pods: [pod('green', 'g1'), hanging] });
      const run = fakeRun({ state, ...more });
      rememberStanding(run, state.replicaSets, state.pods);
      return run;
    };
    const forbid = (run: FakeRun) => {
      run.api.before = ({ verb }) => {
        if (verb === 'delete') throw new ApiError(403, 'Forbidden', 'pods "g2" is forbidden');
      };
    };
    const words = 'pod "g2", container "shop": CreateContainerConfigError: secret "db" not found';

    test('deletes it, with its uid and resourceVersion, so that another one is tried at once', async () => {
      const run = hung();
      run.clock.after(1000, () => run.api.put(pod('green', 'g3')));
      expect((await wait(run)).map((one) => one.metadata.name)).toEqual(['g1', 'g3']);
      const { uid, resourceVersion } = { uid: 'uid-g2', resourceVersion: expect.any(String) };
      const deletions = run.api.calls.filter(({ verb }) => verb === 'delete');
      expect(deletions).toMatchObject([{ path: podPath('g2'), body: { uid, resourceVersion } }]);
      expect(run.log).toContain('changed pod/g2 deleted');
    });

    test('fails when the one in its place cannot start either', async () => {
      const run = hung();
      run.clock.after(1000, () => run.api.put(pod('green', 'g3', { ready: false, waiting })));
      await expect(wait(run)).rejects.toThrow(words.replace('g2', 'g3'));
    });

    test('does not delete one that was tried meanwhile', async () => {
      const run = hung();
      run.api.before = ({ verb }) => {
        if (verb === 'delete') run.api.put(pod('green', 'g2'));
      };
      expect((await wait(run)).map((one) => one.metadata.name)).toEqual(['g1', 'g2']);
    });

    test('waits for the next try of its kubelet where Pods may not be deleted, and says so', async () => {
      const run = hung();
      forbid(run);
      run.clock.after(14_000, () => run.api.put(pod('green', 'g2')));
      await wait(run);
      expect(run.log).toEqual([
        expect.stringContaining(`${words}: this stood before the run; waiting for the kubelet's next try, 90s at most`),
        'info pods that failed before the run are left to their kubelet: Error from server (Forbidden): pods "g2" is forbidden',
      ]);
    });

    test('fails once its kubelet must have tried again', async () => {
      const run = hung();
      forbid(run);
      const started = run.clock.now();
      await expect(wait(run, 300)).rejects.toThrow(failure(RefusedError, words));
      expect(run.clock.now() - started).toBe(90_000);
    });

    test('leaves alone one that is ready by now', async () => {
      const run = hung();
      run.api.put(pod('green', 'g2'));
      await wait(run);
      expect(run.api.calls.filter(({ verb }) => verb === 'delete')).toEqual([]);
    });
  });
});
