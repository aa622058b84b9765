import { describe, expect, test } from '@jest/globals';
import { HISTORY_ANNOTATION, POLICY_ANNOTATION } from '../../../charts/names.js';
import type { Service } from '../../../plugin/core/kubernetes.js';
import {
  closeEntry,
  type HistoryEntry,
  historyAnnotation,
  readHistory,
  shorten,
  upsertEntry,
} from '../../../plugin/plan/history.js';
import { service } from '../cluster-objects.js';

const ENTRY: HistoryEntry = {
  id: 'op-1',
  kind: 'promote',
  from: 'blue',
  to: 'green',
  fromVersion: 'v1',
  toVersion: 'v2',
  by: 'ada@host',
  at: '2026-01-02T03:04:05.000Z',
  outcome: 'complete',
};

const entries = (count: number, more: Partial<HistoryEntry> = {}) =>
  Array.from({ length: count }, (_, index): HistoryEntry => ({ ...ENTRY, ...more, id: `op-${index + 1}` }));
const annotated = (annotations: Record<string, string>, active: Service = service('shop-active', 'blue')): Service => ({
  ...active,
  metadata: { ...active.metadata, annotations: { ...active.metadata.annotations, ...annotations } },
});
const holding = (text: string) => annotated({ [HISTORY_ANNOTATION]: text });
const written = (list: readonly HistoryEntry[], on: Service = service('shop-active', 'blue')) =>
  historyAnnotation(list, on)[HISTORY_ANNOTATION] ?? '';
const idsIn = (text: string) => (JSON.parse(text) as HistoryEntry[]).map(({ id }) => id);

describe('readHistory', () => {
  test('reads what historyAnnotation writes', () => {
    expect(readHistory(holding(written(entries(3))))).toEqual({ entries: entries(3), garbled: false });
  });

  test('is empty for a Service that carries none, and for none', () => {
    expect(readHistory(service('shop-active', 'blue'))).toEqual({ entries: [], garbled: false });
    expect(readHistory(undefined)).toEqual({ entries: [], garbled: false });
  });

  test('has the last operation of a release that was promoted before there was a history', () => {
    const { entries: found } = readHistory(service('shop-active', 'green', { id: 'op-7', by: 'bob@ci' }));
    expect(found).toEqual([
      {
        id: 'op-7',
        kind: 'promote',
        from: 'blue',
        to: 'green',
        by: 'bob@ci',
        at: '2026-01-02T03:04:05.000Z',
        outcome: 'complete',
      },
    ]);
  });

  test('adds a last operation that an older plugin left out', () => {
    const active = annotated(
      { [HISTORY_ANNOTATION]: written(entries(2)) },
      service('shop-active', 'blue', { id: 'op-9' }),
    );
    expect(readHistory(active).entries.map(({ id }) => id)).toEqual(['op-1', 'op-2', 'op-9']);
  });

  test.each(['{', 'null', '7', '"text"', '{}', '[1]', '[null]', '[{"id":"op-1"}]', '[[]]'])(
    'takes %j for garbled, and for no error',
    (text) => {
      expect(readHistory(holding(text))).toEqual({ entries: [], garbled: true });
    },
  );

  test('keeps the entries that read as such beside one that does not', () => {
    const text = JSON.stringify([{ ...ENTRY, by: 7 }, ENTRY, { ...ENTRY, message: {} }]);
    expect(readHistory(holding(text))).toEqual({ entries: [ENTRY], garbled: true });
  });

  test('keeps kinds, outcomes and fields of a newer plugin', () => {
    const text = JSON.stringify([{ ...ENTRY, kind: 'canary', outcome: 'paused', weight: 5 }]);
    expect(readHistory(holding(text))).toMatchObject({ entries: [{ kind: 'canary', weight: 5 }], garbled: false });
  });
});

describe('historyAnnotation', () => {
  test('keeps the newest 20', () => {
    expect(idsIn(written(entries(25)))).toEqual(
      entries(25)
        .map(({ id }) => id)
        .slice(5),
    );
  });

  test('keeps fewer where they are large, and stays below 16 KiB', () => {
    const text = written(entries(20, { message: 'é'.repeat(1000) }));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16 * 1024);
    expect(idsIn(text).at(-1)).toBe('op-20');
    expect(idsIn(text).length).toBeGreaterThan(3);
  });

  test('takes only the room that the other annotations leave, so that no patch fails for it', () => {
    const total = 256 * 1024;
    const policy = 'x'.repeat(total - 4000);
    const on = annotated({ [POLICY_ANNOTATION]: policy, [HISTORY_ANNOTATION]: 'old'.repeat(1000) });
    const text = written(entries(20), on);
    const used = [POLICY_ANNOTATION, policy, HISTORY_ANNOTATION, text].join('').length;
    expect(used).toBeLessThan(total);
    expect(idsIn(text).at(-1)).toBe('op-20');
    expect(written(entries(20), annotated({ [POLICY_ANNOTATION]: 'x'.repeat(total - 100) }))).toBe('[]');
  });
});

describe('an entry', () => {
  test('takes the place of one of the same id, or comes last', () => {
    const changed = { ...ENTRY, id: 'op-2', outcome: 'failed' } as const;
    expect(upsertEntry(entries(3), changed).map(({ outcome }) => outcome)).toEqual(['complete', 'failed', 'complete']);
    expect(upsertEntry(entries(3), { ...ENTRY, id: 'op-9' }).map(({ id }) => id)).toEqual([
      'op-1',
      'op-2',
      'op-3',
      'op-9',
    ]);
  });

  test('is ended with an outcome, a message or both, and others are left', () => {
    const ended = closeEntry(entries(2), 'op-2', { outcome: 'rolled-back', message: 'ill\nat length' });
    expect(ended).toEqual([entries(1)[0], { ...ENTRY, id: 'op-2', outcome: 'rolled-back', message: 'ill' }]);
    expect(closeEntry(entries(2), 'op-2', { message: 'why' })[1]).toMatchObject({
      outcome: 'complete',
      message: 'why',
    });
    expect(closeEntry(entries(2), 'op-9', { outcome: 'failed' })).toEqual(entries(2));
  });

  test('has a short message of one line, without what would reach a terminal', () => {
    expect(shorten('a \u001b[31mb\u202ec\nsecond')).toBe('a  [31mb c');
    expect(shorten('y'.repeat(500))).toHaveLength(200);
    expect(shorten('pod "x": body lacks "up": it is "token=s3cret"')).toBe('pod "x": body lacks "up"');
    expect(shorten('body is not JSON: it is "<html>\n"')).toBe('body is not JSON');
  });
});
