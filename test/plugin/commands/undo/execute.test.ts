import { describe, expect, test } from '@jest/globals';
import { executeUndo } from '../../../../plugin/commands/undo/execute.js';
import {
  ApiError,
  InterruptedError,
  LostRaceError,
  RefusedError,
  RolledBackError,
  UnknownStateError,
  UnprovenError,
  UnreachableError,
} from '../../../../plugin/core/errors.js';
import type { Deployment } from '../../../../plugin/core/kubernetes.js';
import { lastUndo } from '../../../../plugin/plan/rolling/undo.js';
import type { Call } from '../../fake-api.js';
import type { FakeRun } from '../../fake-run.js';
import { fakeTunnels } from '../../fake-tunnels.js';
import { CART, image, plain, plainRun, planOf } from '../../plain.js';
import { atStep } from '../../promotion.js';

const live = (run: FakeRun) => run.api.at<Deployment>(CART) as Deployment;
const isWrite = ({ verb, path, body }: Call) => verb === 'patch' && path === CART && 'spec' in (body as object);

async function undo(run: FakeRun, more = {}) {
  const { steps, running, error } = await executeUndo(run, planOf(more));
  return {
    error: error as Error,
    running: running.version,
    steps: steps.map(({ kind, status }) => `${kind} ${status}`),
  };
}

/** Does something before the first patch that changes the template, and only then. */
function atWrite(run: FakeRun, moment: 'before' | 'after', act: () => void): void {
  const usual = run.api[moment];
  let isFirst = true;
  run.api[moment] = (call) => {
    usual(call);
    if (!isWrite(call) || !isFirst) return;
    isFirst = false;
    act();
  };
}

const change = (run: FakeRun, version: string) =>
  run.api.put({ ...live(run), spec: { ...live(run).spec, template: plain(version).spec.template } } as Deployment);

describe('an undo', () => {
  test('brings the template back, waits, asks every new Pod, and records who did it', async () => {
    const run = plainRun();
    const { error, running, steps } = await undo(run);
    expect(error).toBeUndefined();
    expect([running, steps]).toEqual(['v1', ['template done', 'wait done', 'verify done', 'record done']]);
    expect(live(run).spec.template).toEqual(plain('v1').spec.template);
    expect(new Set(run.tunnels.requests.map(({ pod, path }) => `${pod} ${path}`))).toEqual(
      new Set(['v1-3-1 /ready', 'v1-3-1 /live', 'v1-3-2 /ready', 'v1-3-2 /live']),
    );
    expect(lastUndo(live(run))).toMatchObject({
      id: 'op-2',
      from: 2,
      to: 1,
      fromVersion: 'v2',
      toVersion: 'v1',
      by: 'grace@laptop',
      outcome: 'complete',
    });
  });

  test('is guarded by the resourceVersion just read', async () => {
    const run = plainRun();
    const { resourceVersion, uid } = live(run).metadata;
    await undo(run);
    expect(run.api.calls.find(isWrite)?.body).toMatchObject({ metadata: { uid, resourceVersion } });
  });

  test('gives way to a status that a controller writes meanwhile', async () => {
    const run = plainRun();
    atWrite(run, 'before', () => run.api.put({ ...live(run) }));
    expect((await undo(run)).error).toBeUndefined();
    expect(image(run)).toBe('cart:v1');
  });

  test.each<[string, Deployment, string]>([
    ['another template', plain('v9'), 'it is to run v9, want v2'],
    [
      'another Deployment of that name',
      { ...plain('v2'), metadata: { ...plain('v2').metadata, uid: 'uid-new' } },
      'was changed since this run began',
    ],
  ])('loses against %s, and changes nothing', async (_, other, message) => {
    const run = plainRun();
    run.api.remove(CART);
    run.api.put(other);
    const { error, steps } = await undo(run);
    expect(error).toBeInstanceOf(LostRaceError);
    expect(error.message).toContain(message);
    expect(live(run).spec).toEqual(other.spec);
    expect(steps[0]).toBe('template failed');
    expect(run.api.calls.filter(isWrite)).toEqual([]);
  });

  test('is refused in the words of the server', async () => {
    const run = plainRun();
    run.api.before = (call) => {
      if (isWrite(call)) throw new ApiError(403, 'Forbidden', 'deployments is forbidden');
    };
    expect((await undo(run)).error.message).toBe('Error from server (Forbidden): deployments is forbidden');
  });
});

describe('a revision that fails', () => {
  const failing = () => plainRun({ tunnels: fakeTunnels(({ path }) => (path === '/live' ? { status: 500 } : {})) });

  test('a check is taken out again, and that is waited for (exit code 6)', async () => {
    const run = failing();
    const { error, running, steps } = await undo(run);
    expect(error).toBeInstanceOf(RolledBackError);
    expect(error.message).toMatch(
      /^revision 1 \(v1\) of deployment "cart" failed, and v2 is back; Pods of both may have had traffic: pod "v1-3-.": check "liveness"/,
    );
    expect([running, image(run), steps]).toEqual([
      'v2',
      'cart:v2',
      ['template done', 'wait done', 'verify failed', 'record skipped'],
    ]);
    expect(lastUndo(live(run))?.outcome).toBe('put-back');
  });

  test('to become ready in time is taken out again', async () => {
    const run = plainRun({ broken: ['cart:v1'] });
    const { error, steps } = await undo(run);
    expect(error).toBeInstanceOf(RolledBackError);
    expect(error.message).toContain('0 of 2 replicas are ready, after 60s');
    expect([image(run), steps[1]]).toEqual(['cart:v2', 'wait failed']);
  });

  test('is left where somebody else has changed the Deployment meanwhile', async () => {
    const run = failing();
    atStep(run, 'verify', () => change(run, 'v9'));
    const { error } = await undo(run);
    expect(error).toBeInstanceOf(UnprovenError);
    expect(error.message).toContain('it is to run v9');
    expect(image(run)).toBe('cart:v9');
  });

  test('and cannot be put back in full is told as such (exit code 5)', async () => {
    const run = plainRun({ broken: ['cart:v1', 'cart:v2'] });
    const { error, running } = await undo(run);
    expect(error).toBeInstanceOf(UnprovenError);
    expect(error.message).toMatch(
      /revision 1 \(v1\) of deployment "cart" failed: .*\nputting revision 2 \(v2\) back: /,
    );
    expect([running, image(run)]).toEqual(['v2', 'cart:v2']);
  });
});

describe('an undo that cannot be followed', () => {
  test('goes on in the cluster after a signal', async () => {
    const stop = new AbortController();
    const run = plainRun({ broken: ['cart:v1'], signal: stop.signal });
    atStep(run, 'wait', () => stop.abort(new InterruptedError('SIGINT', 2)));
    const { error } = await undo(run);
    expect(error).toMatchObject({ exitCode: 130 });
    expect(image(run)).toBe('cart:v1');
    expect(run.log.join('\n')).toContain('warn deployment.apps/cart goes on to revision 1 (v1)');
  });

  test('says that it began when the server is gone (exit code 5)', async () => {
    const run = plainRun();
    atStep(run, 'record', () => {
      run.api.before = () => {
        throw new UnreachableError('no answer');
      };
    });
    const { error } = await undo(run);
    expect(error).toBeInstanceOf(UnprovenError);
    expect(error.message).toBe('deployment "cart" was set to revision 1 (v1), but: no answer');
  });

  test('does not claim what somebody else has changed at the end', async () => {
    const run = plainRun();
    atStep(run, 'record', () => change(run, 'v9'));
    expect((await undo(run)).error).toBeInstanceOf(UnprovenError);
    expect(lastUndo(live(run))?.outcome).toBe('started');
  });
});

describe('a patch that was not answered', () => {
  const unanswered = () => {
    throw new UnreachableError('no answer');
  };

  test('but took effect goes on', async () => {
    const run = plainRun();
    atWrite(run, 'after', unanswered);
    expect((await undo(run)).error).toBeUndefined();
    expect(run.api.calls.filter(isWrite)).toHaveLength(1);
  });

  test('and did not take effect is refused, and can no longer land', async () => {
    const run = plainRun();
    const { resourceVersion } = live(run).metadata;
    atWrite(run, 'before', unanswered);
    const { error } = await undo(run);
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toBe('the patch was not carried out: no answer');
    expect(image(run)).toBe('cart:v2');
    expect(live(run).metadata.resourceVersion).not.toBe(resourceVersion);
    expect(lastUndo(live(run))?.outcome).toBe('abandoned');
  });

  test('and cannot be read back leaves it unknown (exit code 7)', async () => {
    const run = plainRun();
    atWrite(run, 'before', () => {
      run.api.before = unanswered;
      unanswered();
    });
    expect((await undo(run)).error).toBeInstanceOf(UnknownStateError);
  });
});
