import { describe, expect, test } from '@jest/globals';
import { historyText, revisionsText } from '../../../../plugin/commands/history/text.js';
import type { HistoryEntry } from '../../../../plugin/plan/history.js';
import { revisionsOf } from '../../../../plugin/plan/revisions.js';
import type { UndoRecord } from '../../../../plugin/plan/rolling/undo.js';
import { plain, revisionSet } from '../../plain.js';

const ENTRY: HistoryEntry = {
  id: 'op-1',
  kind: 'promote',
  from: 'blue',
  to: 'green',
  fromVersion: 'v1',
  toVersion: 'v2',
  by: 'ada@host',
  at: '2026-01-02T03:04:05.678Z',
  outcome: 'complete',
};
const rows = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {3,}/));

describe('historyText', () => {
  test('is a table, oldest first, aligned', () => {
    const deploy: HistoryEntry = { ...ENTRY, kind: 'deploy', from: 'green', fromVersion: 'v2', outcome: 'installed' };
    const text = historyText([deploy, ENTRY], false);
    expect(text.split('\n')).toEqual([
      'AT                     KIND      COLOR           VERSION    BY         OUTCOME',
      '2026-01-02T03:04:05Z   deploy    green           v2         ada@host   installed',
      '2026-01-02T03:04:05Z   promote   blue -> green   v1 -> v2   ada@host   complete',
      '',
    ]);
  });

  test('shortens a message, except when it is wide', () => {
    const message = `pod "x": ${'y'.repeat(100)}`;
    const failed: HistoryEntry = { ...ENTRY, outcome: 'failed', message };
    expect(rows(historyText([failed], false))[1]?.at(-1)).toBe(`failed: ${message.slice(0, 60)}…`);
    expect(rows(historyText([failed], true))[1]?.slice(-2)).toEqual(['op-1', `failed: ${message}`]);
  });

  test('says what an entry of an older plugin does not tell', () => {
    const { fromVersion, toVersion, ...old } = ENTRY;
    expect(rows(historyText([old], false))[1]?.[3]).toBe('<none>');
    expect(historyText([], false)).toBe('nothing on record\n');
  });

  test('lets nothing reach a terminal that is not text', () => {
    expect(historyText([{ ...ENTRY, by: '\u001b[31mred' }], false)).toContain('\\u001b[31mred');
    expect(historyText([{ ...ENTRY, by: 'ada\nADMIN' }], false)).toContain('   ada ADMIN   ');
  });
});

describe('revisionsText', () => {
  const revisions = revisionsOf(plain('v2'), [
    revisionSet(1, 'v1', { 'kubernetes.io/change-cause': 'first' }),
    revisionSet(2, 'v2'),
  ]);
  const undo: UndoRecord = {
    id: 'op-1',
    from: null,
    to: 1,
    fromVersion: 'v9',
    toVersion: 'v1',
    by: 'ada@host',
    at: '2026-01-02T03:04:05.678Z',
    outcome: 'complete',
  };

  test('is a table of revisions, oldest first, that marks the current one', () => {
    expect(rows(revisionsText(revisions, null, false))).toEqual([
      ['REVISION', 'VERSION', 'PODS', 'CREATED', 'CHANGE-CAUSE'],
      ['1', 'v1', '0/0', '2026-01-01T00:00:00Z', 'first'],
      ['2 (current)', 'v2', '0/0', '2026-01-02T00:00:00Z', '<none>'],
    ]);
  });

  test('names images and ReplicaSets when it is wide', () => {
    expect(rows(revisionsText(revisions, null, true))[1]).toEqual(expect.arrayContaining(['cart:v1', 'cart-v1']));
  });

  test('begins with the last undo', () => {
    expect(revisionsText(revisions, undo, false)).toMatch(
      /^Last undo: from revision unnumbered \(v9\) to 1 \(v1\) by ada@host at 2026-01-02T03:04:05Z: complete\n\nREVISION/,
    );
    expect(revisionsText([], null, false)).toBe('no revisions\n');
  });
});
