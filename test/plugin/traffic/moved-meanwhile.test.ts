import { describe, expect, test } from '@jest/globals';
import { LostRaceError, RefusedError, UnprovenError } from '../../../plugin/core/errors.js';
import type { Deployment, Pod } from '../../../plugin/core/kubernetes.js';
import { proveTraffic } from '../../../plugin/traffic/prove.js';
import { recordOutcome } from '../../../plugin/traffic/record.js';
import { deployment, pod, service, stateOf } from '../cluster-objects.js';
import { NAMESPACE } from '../fake-api.js';
import { BLUE, type FakeRun, fakeRun, GREEN, podPath, serve } from '../fake-run.js';
import { atStep, image, NEW, OLD, policyOf, promote, traffic } from '../promotion.js';

const live = (run: FakeRun, path: string) => run.api.at<Deployment>(path) as Deployment;

function scale(run: FakeRun, path: string, replicas: number): void {
  const { spec, ...rest } = live(run, path);
  run.api.put({ ...rest, spec: { ...spec, replicas } } as Deployment);
}

/** With an annotation alone, as `kubectl rollout restart`. */
function changeTemplate(run: FakeRun): void {
  const { spec, ...rest } = live(run, GREEN);
  const template = { ...spec.template, metadata: { annotations: { restartedAt: 'now' } } };
  run.api.put({ ...rest, spec: { ...spec, template } } as Deployment);
}

function remove(run: FakeRun, ...paths: string[]): void {
  for (const path of paths) run.api.remove(path);
}

describe('what moves while a promotion waits, asks or watches', () => {
  const whileAsking = async (act: (run: FakeRun) => void) => {
    const run = fakeRun();
    atStep(run, 'ask before', () => act(run));
    const { error } = await promote(run);
    return { run, error };
  };

  test.each(['wait until', 'verify every', 'ask before'])(
    'another template loses the race, and stays (%s)',
    async (step) => {
      const run = fakeRun();
      atStep(run, step, () => changeTemplate(run));
      const { error } = await promote(run);
      expect(error).toBeInstanceOf(LostRaceError);
      expect(error.message).toContain('the Pod template of deployment "shop-green" was changed');
      expect([traffic(run), image(run)]).toEqual(['blue', NEW]);
    },
  );

  test('a Pod that restarted and is ready again is refused', async () => {
    const { run, error } = await whileAsking(({ api }) => api.put(pod('green', 'g2', { restarts: 1 })));
    expect(error).toEqual(new RefusedError('pod "g2", container "shop" restarted once since it was verified'));
    expect([traffic(run), image(run)]).toEqual(['blue', OLD]);
  });

  test('a Pod that was not ready for a while is refused', async () => {
    const steady = pod('green', 'g2');
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-02T03:04:05Z' }];
    const flapped: Pod = { ...steady, status: { ...steady.status, conditions } };
    const { error } = await whileAsking(({ api }) => api.put(flapped));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toContain('pod "g2" was not ready for a while, until 2026-01-02T03:04:05Z, since it was');
  });

  test('a Pod that is gone is named', async () => {
    const { error } = await whileAsking(({ api }) => api.remove(podPath('g2')));
    expect(error.message).toBe('deployment "shop-green" is not ready: 1 of 2 replicas are ready: pod "g2" is gone');
  });

  test('a color that serves with more replicas by now needs as many of the other', async () => {
    const { run, error } = await whileAsking((during) => scale(during, BLUE, 3));
    expect(error).toBeInstanceOf(LostRaceError);
    expect(error.message).toMatch(
      /deployment "shop-blue" was scaled to 3 replicas by another-manager at \S+ since this run began, and green has 2/,
    );
    expect(traffic(run)).toBe('blue');
  });

  test('replicas that an autoscaler added to what was verified may become ready later', async () => {
    const { run, error } = await whileAsking((during) => {
      scale(during, GREEN, 3);
      during.api.put(pod('green', 'g3', { ready: false }));
    });
    expect(error).toBeUndefined();
    expect(traffic(run)).toBe('green');
  });

  test.each<[string, (run: FakeRun) => void, string]>([
    ['another template', changeTemplate, 'the Pod template of deployment "shop-green" was changed'],
    ['no Deployment', (run) => remove(run, GREEN, podPath('g2')), 'deployment "shop-green" was deleted'],
    [
      'replicas that somebody took away',
      (run) => {
        scale(run, GREEN, 0);
        remove(run, podPath('g1'), podPath('g2'));
      },
      'deployment "shop-green" was scaled to 0 replicas by another-manager at 2026-01-01T00:00:00Z: 0 of 1 Pods are ready',
    ],
  ])('the watch switches back for %s', async (_, act, why) => {
    const run = fakeRun();
    atStep(run, 'watch', () => run.clock.after(3000, () => act(run)));
    const { error } = await promote(run, policyOf(30));
    expect(error).toMatchObject({ exitCode: 6 });
    expect(error.message).toContain(`green was unhealthy after the switch: ${why}`);
    expect(traffic(run)).toBe('blue');
  });

  test('the watch does not mind fewer Pods where an autoscaler wants fewer', async () => {
    const run = fakeRun();
    atStep(run, 'watch', () =>
      run.clock.after(3000, () => {
        scale(run, GREEN, 1);
        remove(run, podPath('g2'));
      }),
    );
    const { error } = await promote(run, policyOf(30));
    expect(error).toBeUndefined();
  });

  test('the watch minds what happened between the verification and its beginning', async () => {
    const run = fakeRun();
    atStep(run, 'prove', () => run.api.put(pod('green', 'g2', { restarts: 1 })));
    const { error } = await promote(run, policyOf(30));
    expect(error).toMatchObject({ exitCode: 6 });
    expect(error.message).toContain('pod "g2", container "shop" restarted once');
  });

  test('a namespace that is being deleted is named as the reason', async () => {
    const run = fakeRun();
    const get = run.api.get;
    run.api.get = async <T>(path: string) =>
      path === `/api/v1/namespaces/${NAMESPACE}`
        ? ({ metadata: { name: NAMESPACE, deletionTimestamp: '2026-01-02T03:04:05Z' } } as T)
        : get<T>(path);
    atStep(run, 'ask before', () => run.api.remove(GREEN));
    const { error } = await promote(run);
    expect(error).toMatchObject({ exitCode: 3 });
    expect(run.log).toContain(
      'warn namespace "store" is being deleted since 2026-01-02T03:04:05Z, and everything in it',
    );
  });
});

describe('after the switch', () => {
  const switched = () => {
    const run = fakeRun();
    run.api.put(service('shop-active', 'green', { id: 'op-2', outcome: 'switched' }));
    return run;
  };
  const { pods } = stateOf();

  test('the proof waits for as many Pods as were prepared, and says which are missing', async () => {
    const run = switched();
    run.verified.set('uid-g2', pod('green', 'g2'));
    run.api.remove(podPath('g2'));
    serve(run.api, 'green', pods.slice(0, 3));
    const started = run.clock.now();
    await expect(proveTraffic(run, 'shop-active', 'green', 2)).rejects.toThrow(
      '1 of 2 Pods are ready: pod "g2" is gone',
    );
    expect(run.clock.now() - started).toBeGreaterThanOrEqual(30_000);
    run.api.put(deployment('green', 'v0', { replicas: 1 }));
    expect(await proveTraffic(run, 'shop-active', 'green', 2)).toMatchObject({ endpoints: 1 });
  });

  test('an outcome is not recorded of traffic that somebody has moved on by hand', async () => {
    const run = switched();
    run.api.put(service('shop-active', 'blue', { id: 'op-2', outcome: 'switched', to: 'green', from: 'blue' }));
    await expect(recordOutcome(run, 'shop-active', 'complete')).rejects.toThrow(UnprovenError);
  });
});
