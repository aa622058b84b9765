import { describe, expect, test } from '@jest/globals';
import {
  ApiError,
  InterruptedError,
  LostRaceError,
  RefusedError,
  RolledBackError,
  UnprovenError,
} from '../../../../plugin/core/errors.js';
import type { KubernetesObject, Service } from '../../../../plugin/core/kubernetes.js';
import { readHistory } from '../../../../plugin/plan/history.js';
import type { Overlap } from '../../../../plugin/plan/steps.js';
import { readyPods } from '../../../../plugin/run/ready-pods.js';
import { type OverlapRequest, overlapTraffic } from '../../../../plugin/traffic/overlap/overlap.js';
import { pod, service } from '../../cluster-objects.js';
import { failure } from '../../failure.js';
import { ACTIVE, type FakeRun, fakeRun, GREEN } from '../../fake-run.js';
import { overlappingState } from '../../overlapping.js';
import { NO_ANSWER, patches, REQUEST, recorded, selected, touchStatus } from '../../switching.js';

const OVERLAP: Overlap = { holdSeconds: 30, timeoutSeconds: 300 };

function move(run: FakeRun, overlap: Overlap = OVERLAP, more: Partial<OverlapRequest> = {}): Promise<Service> {
  const recheck = async () => void (await readyPods(run, 'green', { prepared: 2 }));
  return overlapTraffic(run, { ...REQUEST, toVersion: 'v2', recheck, ...more }, overlap);
}

/** Does something once both colors have the traffic, so many milliseconds later. */
function atBoth(run: FakeRun, ms: number, act: () => void): FakeRun {
  const { info } = run.reporter;
  run.reporter.info = (text) => {
    info(text);
    if (text.includes('both colors stay')) run.clock.after(ms, act);
  };
  return run;
}

/** Does something at the patch that narrows the selector, and only then. */
function atNarrowing(run: FakeRun, moment: 'before' | 'after', act: () => void): void {
  const usual = run.api[moment];
  let isFirst = true;
  run.api[moment] = (call) => {
    usual(call);
    const { spec } = (call.body ?? {}) as { spec?: { selector?: { version?: string | null } } };
    if (call.path !== ACTIVE || !spec?.selector?.version || !isFirst) return;
    isFirst = false;
    act();
  };
}

const selectors = (run: FakeRun) =>
  patches(run).flatMap(({ body }) => (body as { spec?: { selector: object } }).spec?.selector ?? []);

describe('overlapTraffic', () => {
  test('lets both colors in, holds, and leaves the new one, each with a patch that is guarded and recorded', async () => {
    const run = fakeRun();
    const started = run.clock.now();
    const outcomes: unknown[] = [];
    run.api.before = () => void outcomes.push(recorded(run)?.outcome);
    await move(run);
    expect(selectors(run)).toEqual([{ version: null }, { version: 'green', 'deployment-type': null }]);
    expect(selected(run)).toEqual({ app: 'shop', version: 'green' });
    expect(new Set(outcomes)).toEqual(new Set(['complete', 'overlapping']));
    expect(recorded(run)).toMatchObject({ id: 'op-2', from: 'blue', to: 'green', outcome: 'switched' });
    expect(readHistory(run.api.at(ACTIVE)).entries).toMatchObject([{ id: 'op-1' }, { id: 'op-2', kind: 'promote' }]);
    expect(run.clock.now() - started).toBeGreaterThanOrEqual(30_000);
    const guards = patches(run).map(({ body }) => (body as KubernetesObject).metadata);
    expect(new Set(guards.map(({ resourceVersion }) => resourceVersion)).size).toBe(2);
  });

  test('waits until every new Pod is an endpoint', async () => {
    const run = fakeRun();
    const usual = run.api.after;
    run.api.after = () => undefined;
    run.clock.after(20_000, () => {
      run.api.after = usual;
      usual({ verb: 'patch', path: ACTIVE });
    });
    const started = run.clock.now();
    await move(run, { ...OVERLAP, holdSeconds: 0 });
    expect(run.clock.now() - started).toBeGreaterThanOrEqual(20_000);
  });

  test('refuses before anything when a Pod of neither color would be let in', async () => {
    const run = fakeRun();
    const stranger = pod('blue', 'other');
    run.api.put({ ...stranger, metadata: { ...stranger.metadata, labels: { app: 'shop' } } });
    await expect(move(run)).rejects.toThrow(RefusedError);
    expect(patches(run)).toEqual([]);
  });

  test.each<[string, (run: FakeRun) => void, string]>([
    [
      'restarts',
      (run) => run.api.put(pod('green', 'g2', { restarts: 1 })),
      'pod "g2", container "shop" restarted once',
    ],
    ['is not ready', (run) => run.api.put(pod('green', 'g2', { ready: false })), '1 of 2 Pods of green are ready'],
  ])('goes back when a new Pod %s meanwhile', async (_, happen, why) => {
    const run = fakeRun();
    atBoth(run, 5000, () => happen(run));
    const message = `green failed while both colors had the traffic: ${why}; traffic is back on blue`;
    await expect(move(run)).rejects.toEqual(failure(RolledBackError, message));
    expect(selected(run)).toEqual({ app: 'shop', version: 'blue' });
    expect(recorded(run)).toMatchObject({ id: 'op-2-back', kind: 'rollback', to: 'blue', outcome: 'rolled-back' });
    expect(readHistory(run.api.at(ACTIVE)).entries.slice(1)).toMatchObject([
      { id: 'op-2', outcome: 'rolled-back', message: why },
      { id: 'op-2-back', kind: 'switch-back', fromVersion: 'v2', outcome: 'complete' },
    ]);
  });

  test('goes back when the new Pods do not serve in time', async () => {
    const run = fakeRun();
    const usual = run.api.after;
    run.api.after = (call) => {
      if (selected(run)?.version) usual(call);
    };
    await expect(move(run)).rejects.toThrow('green does not serve after 300s: not yet served: g1, g2');
    expect(selected(run)).toEqual({ app: 'shop', version: 'blue' });
  });

  test('goes back when it is interrupted, and ends with that', async () => {
    const stop = new AbortController();
    const run = fakeRun({ signal: stop.signal });
    atBoth(run, 5000, () => stop.abort(new InterruptedError('SIGINT', 2)));
    await expect(move(run)).rejects.toThrow(InterruptedError);
    expect(selected(run)).toEqual({ app: 'shop', version: 'blue' });
  });

  test('goes back when the API server refuses to leave the new color alone', async () => {
    const run = fakeRun();
    atNarrowing(run, 'before', () => {
      throw new ApiError(403, 'Forbidden', 'no');
    });
    await expect(move(run)).rejects.toThrow(RolledBackError);
    expect(selected(run)).toEqual({ app: 'shop', version: 'blue' });
  });

  test('leaves both rather than none: the old color must have a Pod to go back to', async () => {
    const run = fakeRun();
    atBoth(run, 5000, () => {
      for (const name of ['b1', 'b2']) run.api.put(pod('blue', name, { ready: false }));
      run.api.put(pod('green', 'g2', { ready: false }));
    });
    const error = await move(run).catch((thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(UnprovenError);
    expect((error as Error).message).toContain('service "shop-active" still leads to both blue and green');
    expect(selected(run)).toEqual({ app: 'shop' });
    expect(recorded(run)).toMatchObject({ id: 'op-2', outcome: 'overlapping' });
  });

  test('leaves the Service to who has changed it meanwhile', async () => {
    const run = fakeRun();
    const other = service('shop-active', 'green', { id: 'op-9', by: 'bob@ci' });
    atBoth(run, 5000, () => run.api.put(other));
    await expect(move(run)).rejects.toThrow(LostRaceError);
    expect(recorded(run)?.id).toBe('op-9');
  });

  test('goes on through harmless changes of the Service, and while the API server is away for a while', async () => {
    const run = fakeRun();
    let away = 10;
    atBoth(run, 5000, () => {
      touchStatus(run);
      run.api.before = ({ verb }) => {
        if (verb === 'list' && away-- > 0) throw NO_ANSWER;
      };
    });
    await move(run);
    expect(selected(run)).toEqual({ app: 'shop', version: 'green' });
  });
});

describe('the patch that leaves one color, when it is not answered', () => {
  test('is read back', async () => {
    const run = fakeRun();
    atNarrowing(run, 'after', () => {
      throw NO_ANSWER;
    });
    await move(run);
    expect(recorded(run)).toMatchObject({ id: 'op-2', outcome: 'switched' });
    expect(patches(run)).toHaveLength(2);
  });

  test('is made anew where it did nothing, and can do nothing later', async () => {
    const run = fakeRun();
    atNarrowing(run, 'before', () => {
      throw NO_ANSWER;
    });
    await move(run);
    expect(selected(run)).toEqual({ app: 'shop', version: 'green' });
    const late = patches(run)[1]?.body as object;
    await expect(run.api.patch(ACTIVE, late)).rejects.toMatchObject({ status: 409 });
  });
});

describe('after a run that was cut off while both colors had the traffic', () => {
  const resumed = (back: boolean): Overlap => ({ ...OVERLAP, resumes: { id: 'op-1', back } });

  test('the other half is made, and the history says how the first ended', async () => {
    const run = fakeRun({ state: overlappingState() });
    await move(run, resumed(false));
    expect(selectors(run)).toEqual([{ version: 'green', 'deployment-type': null }]);
    expect(readHistory(run.api.at(ACTIVE)).entries).toMatchObject([
      { id: 'op-1', outcome: 'interrupted' },
      { id: 'op-2', outcome: 'switched' },
    ]);
  });

  test('who takes traffic back does not leave it on the color that it is taken from', async () => {
    const run = fakeRun({ state: overlappingState() });
    const recheck = async () => {
      throw new RefusedError('blue is not ready');
    };
    await expect(move(run, resumed(true), { from: 'green', to: 'blue', recheck })).rejects.toThrow(RefusedError);
    expect(selected(run)).toEqual({ app: 'shop' });
    expect(run.api.at(GREEN)).toBeDefined();
  });
});
