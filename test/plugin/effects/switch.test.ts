import { describe, expect, test } from '@jest/globals';
import { type SwitchRequest, switchTraffic } from '../../../plugin/effects/switch.js';
import { ApiError, LostRaceError, RefusedError, UnknownStateError, UnreachableError } from '../../../plugin/errors.js';
import type { KubernetesObject, Service } from '../../../plugin/kubernetes.js';
import { lastOperation } from '../../../plugin/plan/operation.js';
import { service } from '../cluster-objects.js';
import { failure } from '../failure.js';
import type { Call } from '../fake-api.js';
import { ACTIVE, type FakeRun, fakeRun } from '../fake-run.js';

const REQUEST: SwitchRequest = {
  service: 'shop-active',
  guard: { uid: 'uid-shop-active', lastOperationId: 'op-1' },
  from: 'blue',
  to: 'green',
  kind: 'promote',
};
const NO_ANSWER = new UnreachableError('no answer from the server in 30s');

const isPatch = ({ verb }: Call) => verb === 'patch';
const patches = (run: FakeRun) => run.api.calls.filter(isPatch);
const selected = (run: FakeRun) => run.api.at<Service>(ACTIVE)?.spec.selector;
const recorded = (run: FakeRun) => lastOperation(run.api.at<Service>(ACTIVE));

/** Does something at the first patch, and only then. */
function atFirstPatch(run: FakeRun, moment: 'before' | 'after', act: () => void): void {
  const usual = run.api[moment];
  let isFirst = true;
  run.api[moment] = (call) => {
    usual(call);
    if (!isPatch(call) || !isFirst) return;
    isFirst = false;
    act();
  };
}

/** Somebody changes the active Service. */
function edit(run: FakeRun, change: (live: Service) => Partial<Service>): void {
  const live = run.api.at<Service>(ACTIVE) as Service;
  run.api.put({ ...live, ...change(live) });
}

function remake(run: FakeRun): void {
  const again = service('shop-active', 'blue', {});
  run.api.remove(ACTIVE);
  run.api.put({ ...again, metadata: { ...again.metadata, uid: 'uid-new' } });
}

const unanswered = () => {
  throw NO_ANSWER;
};
const touchStatus = (run: FakeRun) => edit(run, () => ({ status: { loadBalancer: {} } }) as object);

describe('switchTraffic', () => {
  test('moves traffic with one patch, which carries the record of it and is guarded by the resourceVersion just read', async () => {
    const run = fakeRun();
    const { resourceVersion } = (run.api.at(ACTIVE) as KubernetesObject).metadata;
    await switchTraffic(run, REQUEST);
    expect(selected(run)).toEqual({ app: 'shop', version: 'green' });
    expect(recorded(run)).toEqual({
      id: 'op-2',
      kind: 'promote',
      from: 'blue',
      to: 'green',
      by: 'grace@laptop',
      at: '2026-01-02T03:04:05.000Z',
      outcome: 'switched',
    });
    expect(patches(run)).toHaveLength(1);
    expect(patches(run)[0]?.body).toMatchObject({ metadata: { uid: 'uid-shop-active', resourceVersion } });
  });

  test('gives way to a harmless change, with a fresh guard', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'before', () => touchStatus(run));
    await switchTraffic(run, REQUEST);
    expect(selected(run)).toMatchObject({ version: 'green' });
    const versions = patches(run).map(({ body }) => (body as KubernetesObject).metadata.resourceVersion);
    expect(versions).toHaveLength(2);
    expect(new Set(versions).size).toBe(2);
  });

  test('gives up, and says why, when the Service changes all the time', async () => {
    const run = fakeRun();
    run.api.before = (call) => isPatch(call) && touchStatus(run);
    await expect(switchTraffic(run, REQUEST)).rejects.toMatchObject({ name: 'ApiError', reason: 'Conflict' });
    expect(selected(run)).toMatchObject({ version: 'blue' });
    expect(patches(run).length).toBeLessThan(10);
  });

  test('changes nothing when it is called again after it is done', async () => {
    const run = fakeRun();
    await switchTraffic(run, REQUEST);
    await switchTraffic(run, REQUEST);
    expect(patches(run)).toHaveLength(1);
  });

  test('loses against somebody who was first, and names who', async () => {
    const run = fakeRun();
    const other = service('shop-active', 'green', {
      id: 'op-9',
      kind: 'rollback',
      by: 'bob@ci',
      at: '2026-01-02T03:04:04.000Z',
    });
    atFirstPatch(run, 'before', () => run.api.put(other));
    await expect(switchTraffic(run, REQUEST)).rejects.toThrow(
      failure(
        LostRaceError,
        'service "shop-active" was switched to green by bob@ci (rollback op-9 at 2026-01-02T03:04:04.000Z) ' +
          'before this run could: nothing left to do',
      ),
    );
    expect(recorded(run)?.id).toBe('op-9');
  });

  test.each<[string, (run: FakeRun) => void]>([
    ['an operation went there and back again', (run) => run.api.put(service('shop-active', 'blue', { id: 'op-9' }))],
    ['the selector was edited without a record', (run) => run.api.put(service('shop-active', 'green', {}))],
    ['the record was removed', (run) => run.api.put(service('shop-active', 'blue'))],
    ['the Service was made anew', remake],
  ])('loses when %s since the plan was made', async (_, happen) => {
    const run = fakeRun();
    happen(run);
    await expect(switchTraffic(run, REQUEST)).rejects.toThrow(LostRaceError);
    expect(patches(run)).toEqual([]);
  });

  test('refuses a selector that was edited by hand meanwhile', async () => {
    const run = fakeRun();
    edit(run, ({ spec }) => ({ spec: { ...spec, selector: { app: 'shop', version: 'blue', tier: 'web' } } }));
    await expect(switchTraffic(run, REQUEST)).rejects.toThrow('app=shop,version=blue,tier=web');
    expect(patches(run)).toEqual([]);
  });

  test('passes a refusal on in the words of the server, and does not try again', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'before', () => {
      throw new ApiError(403, 'Forbidden', 'services "shop-active" is forbidden');
    });
    await expect(switchTraffic(run, REQUEST)).rejects.toThrow(
      'Error from server (Forbidden): services "shop-active" is forbidden',
    );
    expect(patches(run)).toHaveLength(1);
  });
});

describe('switchTraffic, when its patch is not answered', () => {
  test('succeeds when the patch took effect', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'after', unanswered);
    await switchTraffic(run, REQUEST);
    expect(recorded(run)).toMatchObject({ id: 'op-2', outcome: 'switched' });
    expect(patches(run)).toHaveLength(1);
  });

  test('fails when it did not, and makes sure that it cannot take effect later', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'before', unanswered);
    await expect(switchTraffic(run, REQUEST)).rejects.toThrow(RefusedError);
    expect(selected(run)).toMatchObject({ version: 'blue' });
    const late = patches(run)[0]?.body as object;
    await expect(run.api.patch(ACTIVE, late)).rejects.toMatchObject({ status: 409 });
    expect(selected(run)).toMatchObject({ version: 'blue' });
  });

  test('takes an internal error of the server for no answer', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'after', () => {
      throw new ApiError(504, 'Timeout', 'the server was unable to return a response in the time allotted');
    });
    await switchTraffic(run, REQUEST);
    expect(recorded(run)?.id).toBe('op-2');
  });

  test('reads again while the server does not answer', async () => {
    const run = fakeRun();
    let silent = 0;
    atFirstPatch(run, 'after', () => {
      run.api.before = ({ verb }) => {
        if (verb === 'get' && ++silent <= 3) throw NO_ANSWER;
      };
      throw NO_ANSWER;
    });
    await switchTraffic(run, REQUEST);
    expect(silent).toBe(4);
  });

  test('fences again when the Service changes between reading and fencing', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'before', () => {
      atFirstPatch(run, 'before', () => touchStatus(run));
      throw NO_ANSWER;
    });
    await expect(switchTraffic(run, REQUEST)).rejects.toThrow(RefusedError);
    await expect(run.api.patch(ACTIVE, patches(run)[0]?.body as object)).rejects.toMatchObject({ status: 409 });
  });

  test('does not know where traffic is when the server stays silent', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'after', () => {
      run.api.before = unanswered;
      throw NO_ANSWER;
    });
    const started = run.clock.now();
    await expect(switchTraffic(run, REQUEST)).rejects.toThrow(UnknownStateError);
    expect(run.clock.now() - started).toBeGreaterThanOrEqual(30_000);
  });
});
