import { describe, expect, test } from '@jest/globals';
import { ApiError, LostRaceError } from '../../../../plugin/core/errors.js';
import type { Deployment, KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import { templateHash } from '../../../../plugin/plan/identity.js';
import { switchTraffic } from '../../../../plugin/traffic/selector/switch.js';
import { service } from '../../cluster-objects.js';
import { failure } from '../../failure.js';
import { ACTIVE, type FakeRun, fakeRun, GREEN } from '../../fake-run.js';
import {
  atFirstPatch,
  edit,
  isPatch,
  patches,
  REQUEST,
  recorded,
  remake,
  selected,
  touchStatus,
} from '../../switching.js';

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
      template: templateHash(run.api.at<Deployment>(GREEN) as Deployment),
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
