import { describe, expect, test } from '@jest/globals';
import { ApiError, InterruptedError, LostRaceError, RefusedError } from '../../../../plugin/core/errors.js';
import type { Deployment } from '../../../../plugin/core/kubernetes.js';
import { resourcePath } from '../../../../plugin/kube/resources.js';
import { planCleanup } from '../../../../plugin/plan/cleanup.js';
import type { Step } from '../../../../plugin/plan/steps.js';
import { scaleDown } from '../../../../plugin/steps/actions/scale-down.js';
import { autoscaler, pod, service, stateOf } from '../../cluster-objects.js';
import { failure } from '../../failure.js';
import { NAMESPACE } from '../../fake-api.js';
import { type FakeRun, fakeRun, GREEN } from '../../fake-run.js';
import { recorded, selected } from '../../switching.js';

const LEASE = resourcePath('Lease', NAMESPACE, 'shop-bluegreen');
const replicas = (run: FakeRun) => run.api.at<Deployment>(GREEN)?.spec.replicas;
const scaling = (run: FakeRun) => run.api.calls.filter(({ verb, path }) => verb === 'patch' && path === GREEN);
const touch = (run: FakeRun) => run.api.put({ ...(run.api.at<Deployment>(GREEN) as Deployment) });

function down(run: FakeRun, keep = 0) {
  const { steps } = planCleanup({ state: stateOf(), autoscalers: [], keep, afterSeconds: 0 });
  return scaleDown(run, steps.at(-1) as Step & { kind: 'scale-down' });
}

describe('scaleDown', () => {
  test.each([0, 1])('leaves %i replicas, traffic and its record as they are, and no Lease behind', async (keep) => {
    const run = fakeRun();
    const record = recorded(run);
    await down(run, keep);
    expect([replicas(run), selected(run)?.version, recorded(run)]).toEqual([keep, 'blue', record]);
    expect(run.log).toEqual(['changed deployment.apps/shop-green scaled']);
    expect(run.api.at(LEASE)).toBeUndefined();
  });

  test('leaves the color that a rollback would need, when the other one has no Pod that is ready', async () => {
    const run = fakeRun();
    for (const name of ['b1', 'b2']) run.api.put(pod('blue', name, { ready: false }));
    await expect(down(run)).rejects.toThrow(
      'blue has the traffic and no Pod that is ready: green is left as it is; ' +
        '"kubectl bluegreen rollback shop --to green" moves traffic to green (v0)',
    );
    expect(replicas(run)).toBe(2);
  });

  test('leaves what another Service leads to by now, unless the plan knew of it', async () => {
    const run = fakeRun();
    const admin = service('admin', 'green');
    run.api.put(admin);
    await expect(down(run)).rejects.toThrow(/^service "admin" leads to the Pods of green/);
    expect(replicas(run)).toBe(2);
    const { steps } = planCleanup({ state: stateOf(), autoscalers: [], keep: 0, afterSeconds: 0 });
    await scaleDown(run, { ...(steps.at(-1) as Step & { kind: 'scale-down' }), besides: ['admin'] });
    expect(replicas(run)).toBe(0);
  });

  test('goes on where Services may not be listed', async () => {
    const run = fakeRun();
    run.api.before = ({ verb, path }) => {
      if (verb === 'list' && path.endsWith('/services')) throw new ApiError(403, 'Forbidden', 'services is forbidden');
    };
    await down(run);
    expect(replicas(run)).toBe(0);
  });

  test('holds the Lease while it works', async () => {
    const run = fakeRun();
    run.api.before = ({ path, verb }) => {
      if (verb === 'patch' && path === GREEN) expect(run.api.at(LEASE)).toBeDefined();
    };
    await down(run);
    expect(scaling(run)).toHaveLength(1);
  });

  test('reads everything again when a controller has written a status', async () => {
    const run = fakeRun();
    let times = 0;
    run.api.before = ({ verb, path }) => {
      if (verb === 'patch' && path === GREEN && ++times <= 3) touch(run);
    };
    await down(run);
    expect([replicas(run), scaling(run).length]).toEqual([0, 4]);
  });

  test('gives up when the Deployment changes all the time', async () => {
    const run = fakeRun();
    run.api.before = ({ verb, path }) => {
      if (verb === 'patch' && path === GREEN) touch(run);
    };
    await expect(down(run)).rejects.toMatchObject({ reason: 'Conflict', exitCode: 3 });
    expect([replicas(run), run.api.at(LEASE)]).toEqual([2, undefined]);
    expect(scaling(run).length).toBeLessThan(10);
  });

  test.each([
    ['moved to the color', service('shop-active', 'green', { id: 'op-9', kind: 'rollback', by: 'bob@ci' })],
    ['there and back again', service('shop-active', 'blue', { id: 'op-9', kind: 'rollback', by: 'bob@ci' })],
  ])('refuses, and names who, when traffic was %s', async (_, active) => {
    const run = fakeRun();
    run.api.put(active);
    await expect(down(run)).rejects.toThrow(
      failure(
        LostRaceError,
        'service "shop-active" was changed by bob@ci (rollback op-9 at 2026-01-02T03:04:05.000Z) since this run began: ' +
          'green is left as it is',
      ),
    );
    expect(replicas(run)).toBe(2);
  });

  test('gives way to who is about to move traffic to the color', async () => {
    const run = fakeRun();
    await run.api.patch(GREEN, { metadata: { annotations: { 'kubectl-bluegreen.dev/promoting': 'op-9.1' } } });
    const message = 'operation op-9.1 is moving traffic to green: it is left as it is';
    await expect(down(run)).rejects.toThrow(failure(LostRaceError, message));
    expect(replicas(run)).toBe(2);
  });

  test('leaves a color that was scaled down meanwhile as it is', async () => {
    const run = fakeRun();
    await run.api.patch(GREEN, { spec: { replicas: 0 } });
    await down(run, 1);
    expect(replicas(run)).toBe(0);
  });

  test('refuses an autoscaler that appeared meanwhile', async () => {
    const run = fakeRun();
    run.api.put(autoscaler('shop-green', 'shop-green', 2));
    await expect(down(run, 1)).rejects.toThrow(RefusedError);
    expect(replicas(run)).toBe(2);
  });

  test.each(['a signal', 'a refusal'])('changes nothing and leaves no Lease after %s', async (what) => {
    const stop = new AbortController();
    const run = fakeRun({ signal: stop.signal });
    const error = new ApiError(403, 'Forbidden', 'services "shop-active" is forbidden');
    run.api.before = ({ verb, path }) => {
      if (what === 'a signal') stop.abort(new InterruptedError('SIGINT', 2));
      else if (verb === 'get' && path.endsWith('shop-active')) throw error;
    };
    await expect(down(run)).rejects.toMatchObject({ exitCode: what === 'a signal' ? 130 : 3 });
    expect([replicas(run), run.api.at(LEASE)]).toEqual([2, undefined]);
  });
});
