import { describe, expect, test } from '@jest/globals';
import type { ReplicaSet } from '../../../../plugin/core/kubernetes.js';
import { hasServed, servedBefore, wayBack } from '../../../../plugin/plan/advice/served-before.js';
import { type HistoryEntry, historyAnnotation } from '../../../../plugin/plan/history.js';
import type { State } from '../../../../plugin/plan/state.js';
import { deployment, replicaSet, service, stateOf } from '../../cluster-objects.js';

const entry = (
  kind: HistoryEntry['kind'],
  from: 'blue' | 'green',
  to: 'blue' | 'green',
  more: Partial<HistoryEntry> = {},
) => ({
  id: `${kind}-${from}-${to}`,
  kind,
  from,
  to,
  by: 'ada@host',
  at: '2026-01-01T00:00:00.000Z',
  outcome: 'complete' as const,
  ...more,
});
const INSTALLED = entry('deploy', 'blue', 'blue', { outcome: 'installed', toVersion: 'v1' });
const PROMOTED = entry('promote', 'blue', 'green', { fromVersion: 'v1', toVersion: 'v2' });
const DEPLOYED = entry('deploy', 'blue', 'blue', { fromVersion: 'v1', toVersion: 'v3' });
const BACK = entry('switch-back', 'blue', 'green', { fromVersion: 'v3', toVersion: 'v2' });

/** Green has the traffic, and blue runs a version. */
function state(entries: readonly HistoryEntry[], running = 'v1', more: Partial<State> = {}): State {
  const active = service('shop-active', 'green');
  active.metadata.annotations = historyAnnotation(entries, active);
  return stateOf({
    active,
    deployments: { blue: deployment('blue', running), green: deployment('green', 'v2') },
    ...more,
  });
}

const revisionOf = (revision: number, version: string): ReplicaSet => ({
  ...replicaSet('blue', `h${revision}`, revision),
  spec: { template: deployment('blue', version).spec.template },
});

describe('a color without traffic', () => {
  test.each<[string, readonly HistoryEntry[], string, string]>([
    ['had it as it runs', [INSTALLED, PROMOTED], 'v1', 'as-it-runs'],
    ['was deployed to since', [INSTALLED, PROMOTED, DEPLOYED], 'v3', 'changed'],
    ['was deployed to since, at the same version', [PROMOTED, { ...DEPLOYED, toVersion: 'v1' }], 'v1', 'changed'],
    ['was changed by hand since', [INSTALLED, PROMOTED], 'v9', 'changed'],
    [
      'was left after a promotion that was not confirmed',
      [PROMOTED, entry('promote', 'green', 'blue', { outcome: 'not-confirmed' })],
      'v1',
      'changed',
    ],
    ['was put back by a deploy that failed', [PROMOTED, { ...DEPLOYED, outcome: 'failed' }], 'v1', 'as-it-runs'],
    ['lost it to the watch', [INSTALLED, PROMOTED, DEPLOYED, BACK], 'v3', 'failed'],
    ['never had it', [entry('deploy', 'green', 'green', { outcome: 'installed' })], 'v1', 'never'],
    [
      'never got it from a switch that was given up',
      [
        entry('deploy', 'green', 'green', { outcome: 'installed' }),
        entry('promote', 'blue', 'green', { outcome: 'abandoned' }),
      ],
      'v1',
      'never',
    ],
    ['is not known: the history begins later', [entry('deploy', 'blue', 'blue')], 'v1', 'unknown'],
    ['is not known: there is no history', [], 'v1', 'unknown'],
    [
      'is not known: the Service was made anew',
      [entry('deploy', 'green', 'green', { outcome: 'installed', message: 'made anew' })],
      'v1',
      'unknown',
    ],
  ])('%s', (_, entries, running, kind) => {
    expect(servedBefore(state(entries, running), 'blue').kind).toBe(kind);
  });
});

describe('the way back', () => {
  test('is a rollback to a color that runs what it had the traffic with, or may', () => {
    expect(wayBack(state([INSTALLED, PROMOTED]), 'blue')).toEqual([]);
    expect(wayBack(state([]), 'blue')).toEqual([]);
  });

  test('is the revision with which a color had the traffic that was deployed to since', () => {
    const replicaSets = [revisionOf(1, 'v1'), revisionOf(2, 'v0'), revisionOf(3, 'v3')];
    expect(wayBack(state([INSTALLED, PROMOTED, DEPLOYED], 'v3', { replicaSets }), 'blue')).toEqual(['--to-revision=1']);
  });

  test.each<[string, readonly HistoryEntry[]]>([
    ['whose revision is gone', [INSTALLED, PROMOTED, DEPLOYED]],
    ['from which the watch took the traffic', [INSTALLED, PROMOTED, DEPLOYED, BACK]],
    ['that never had it', [entry('deploy', 'green', 'green', { outcome: 'installed' })]],
  ])('is not to a color %s', (_, entries) => {
    expect(wayBack(state(entries, 'v3', { replicaSets: [revisionOf(3, 'v3')] }), 'blue')).toBeUndefined();
  });
});

test('a version has served when it was installed, switched to or switched from', () => {
  const all = state([
    INSTALLED,
    PROMOTED,
    DEPLOYED,
    entry('promote', 'green', 'blue', { outcome: 'failed', toVersion: 'v4' }),
  ]);
  expect(['v1', 'v2', 'v3', 'v4'].filter((version) => hasServed(all, version))).toEqual(['v1', 'v2']);
});
