import { describe, expect, test } from '@jest/globals';
import { HISTORY_ANNOTATION } from '../../../charts/names.js';
import { ApiError, UnreachableError } from '../../../plugin/core/errors.js';
import type { Service } from '../../../plugin/core/kubernetes.js';
import { type HistoryEntry, readHistory, upsertEntry } from '../../../plugin/plan/history.js';
import { lastOperation } from '../../../plugin/plan/operation.js';
import { recordHistory } from '../../../plugin/run/history.js';
import { service } from '../cluster-objects.js';
import { ACTIVE, type FakeRun, fakeRun } from '../fake-run.js';
import { atFirstPatch, edit, isPatch, patches } from '../switching.js';

const OWN: HistoryEntry = {
  id: 'op-2',
  kind: 'deploy',
  from: 'green',
  to: 'green',
  by: 'grace@laptop',
  at: '2026-01-02T04:00:00.000Z',
  outcome: 'complete',
};
const record = (run: FakeRun) => recordHistory(run, 'shop-active', (entries) => upsertEntry(entries, OWN));
const ids = (run: FakeRun) => readHistory(run.api.at<Service>(ACTIVE)).entries.map(({ id }) => id);
const write = (run: FakeRun, text: string) =>
  edit(run, ({ metadata }) => ({
    metadata: { ...metadata, annotations: { ...metadata.annotations, [HISTORY_ANNOTATION]: text } },
  }));

describe('recordHistory', () => {
  test('adds an entry, and leaves selector and last operation alone', async () => {
    const run = fakeRun();
    const before = run.api.at<Service>(ACTIVE);
    await record(run);
    const after = run.api.at<Service>(ACTIVE);
    expect(ids(run)).toEqual(['op-1', 'op-2']);
    expect([after?.spec, lastOperation(after)]).toEqual([before?.spec, lastOperation(before)]);
    expect(patches(run)[0]?.body).toMatchObject({ metadata: { resourceVersion: before?.metadata.resourceVersion } });
  });

  test('loses no entry that somebody else writes at the same moment', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'before', () => write(run, JSON.stringify([{ ...OWN, id: 'op-9' }])));
    await record(run);
    expect(ids(run)).toEqual(['op-9', 'op-1', 'op-2']);
  });

  test('does not undo a switch that comes in between', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'before', () => run.api.put(service('shop-active', 'green', { id: 'op-9' })));
    await record(run);
    expect(run.api.at<Service>(ACTIVE)?.spec.selector?.version).toBe('green');
    expect(ids(run)).toEqual(['op-9', 'op-2']);
  });

  test('begins again where somebody edited the annotation by hand, and says so', async () => {
    const run = fakeRun();
    write(run, 'oops');
    await record(run);
    expect(ids(run)).toEqual(['op-1', 'op-2']);
    expect(run.log).toEqual([
      'warn the history of service "shop-active" was edited by hand: what does not read as an entry is dropped',
    ]);
  });

  test.each<[string, Error]>([
    ['may not be written', new ApiError(403, 'Forbidden', 'services is forbidden')],
    ['is written by others all the time', new ApiError(409, 'Conflict', 'modified')],
    ['cannot be reached', new UnreachableError('no answer')],
  ])('tells, and throws nothing, when it %s', async (_, error) => {
    const run = fakeRun();
    run.api.before = (call) => {
      if (isPatch(call)) throw error;
    };
    await record(run);
    expect(run.log).toEqual([`warn the history of shop lacks this run: ${error.message}`]);
    expect(patches(run).length).toBeLessThan(10);
  });

  test('does nothing where the release was not installed', async () => {
    const run = fakeRun();
    run.api.remove(ACTIVE);
    await record(run);
    expect([run.log, patches(run)]).toEqual([[], []]);
  });
});
