import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../../../plugin/core/errors.js';
import type { Service } from '../../../plugin/core/kubernetes.js';
import { lastOperation } from '../../../plugin/plan/operation.js';
import { pointPreview, recordOutcome } from '../../../plugin/traffic/record.js';
import { service, stateOf } from '../cluster-objects.js';
import { ACTIVE, type FakeRun, fakeRun, PREVIEW } from '../fake-run.js';

const recorded = (run: FakeRun) => lastOperation(run.api.at<Service>(ACTIVE));
const patches = (run: FakeRun) => run.api.calls.filter(({ verb }) => verb === 'patch');
const withActive = (active: Service) => fakeRun({ state: stateOf({ active }) });

/** The run's own operation has switched to green. */
const switched = () => withActive(service('shop-active', 'green', { id: 'op-2', outcome: 'switched' }));

describe('recordOutcome', () => {
  test('writes how the own operation ended and leaves the rest of its record', async () => {
    const run = switched();
    const before = recorded(run);
    expect(await recordOutcome(run, 'shop-active', 'complete')).toEqual({ ...before, outcome: 'complete' });
    expect(recorded(run)).toEqual({ ...before, outcome: 'complete' });
  });

  test('does not touch the selector', async () => {
    const run = switched();
    await recordOutcome(run, 'shop-active', 'complete');
    expect(patches(run)[0]?.body).not.toHaveProperty('spec');
  });

  test('finishes the record of an operation that was cut off, under the id of that one', async () => {
    const run = withActive(service('shop-active', 'green', { id: 'op-1', outcome: 'switched' }));
    await recordOutcome(run, 'shop-active', 'complete', 'op-1');
    expect(recorded(run)).toMatchObject({ id: 'op-1', outcome: 'complete' });
  });

  test.each(['complete', 'proved', 'rolled-back', 'abandoned'] as const)(
    'leaves the record of a later operation that is %s',
    async (outcome) => {
      const run = withActive(service('shop-active', 'blue', { id: 'op-9', outcome }));
      expect(await recordOutcome(run, 'shop-active', 'complete')).toMatchObject({ id: 'op-9', outcome });
      expect(patches(run)).toEqual([]);
    },
  );

  test('finishes the record of the operation that it is told', async () => {
    const run = withActive(service('shop-active', 'green', { id: 'op-1', outcome: 'proved' }));
    await recordOutcome(run, 'shop-active', 'complete', 'op-1');
    expect(recorded(run)).toMatchObject({ id: 'op-1', outcome: 'complete' });
  });

  test('writes nothing where nothing is on record', async () => {
    const run = withActive(service('shop-active', 'green'));
    expect(await recordOutcome(run, 'shop-active', 'complete')).toBeUndefined();
    expect(patches(run)).toEqual([]);
  });

  test('looks again when the Service changed between reading and writing', async () => {
    const run = switched();
    run.api.before = ({ verb }) => {
      if (verb === 'patch') run.api.put(service('shop-active', 'blue', { id: 'op-9', outcome: 'complete' }));
    };
    expect(await recordOutcome(run, 'shop-active', 'complete')).toMatchObject({ id: 'op-9' });
    expect(recorded(run)?.id).toBe('op-9');
  });

  test('gives up when the Service changes all the time', async () => {
    const run = switched();
    run.api.before = ({ verb }) => {
      if (verb === 'patch') throw new ApiError(409, 'Conflict', 'the object has been modified');
    };
    await expect(recordOutcome(run, 'shop-active', 'complete')).rejects.toThrow('the object has been modified');
    expect(patches(run).length).toBeLessThan(10);
  });
});

test('pointPreview changes the color alone, and says so', async () => {
  const run = fakeRun();
  await pointPreview(run, 'shop-preview', 'blue');
  expect(run.api.at<Service>(PREVIEW)?.spec.selector).toEqual({ app: 'shop', version: 'blue' });
  expect(run.log).toEqual(['changed service/shop-preview patched']);
});
