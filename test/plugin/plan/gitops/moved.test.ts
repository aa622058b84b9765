import { describe, expect, test } from '@jest/globals';
import type { Color } from '../../../../charts/names.js';
import type { ManagedFields } from '../../../../plugin/core/kubernetes.js';
import { movedSince } from '../../../../plugin/plan/gitops/moved.js';
import { type OperationPhase, operationAnnotation } from '../../../../plugin/plan/operation.js';
import { service } from '../../cluster-objects.js';

function active(color: Color, outcome: OperationPhase, managedFields: ManagedFields[] = []) {
  const live = service('shop-active', color);
  const annotations = operationAnnotation({
    id: '1',
    kind: 'promote',
    from: 'blue',
    to: 'green',
    by: 'ada@host',
    at: '2026-11-24T09:00:00.000Z',
    outcome,
  });
  return { ...live, metadata: { ...live.metadata, annotations, managedFields } };
}

const wrote = (manager: string, time: string): ManagedFields => ({
  manager,
  time,
  operation: 'Apply',
  fieldsV1: { 'f:spec': { 'f:selector': {} } },
});

describe('movedSince', () => {
  test.each<OperationPhase>(['switched', 'proved', 'complete', 'rolled-back'])(
    'names who moved traffic after "%s"',
    (outcome) => {
      const fields = [wrote('argocd-controller', '2026-11-24T09:05:00Z'), wrote('kubectl', '2026-11-24T08:00:00Z')];
      expect(movedSince(active('blue', outcome, fields), 'shop')).toBe(
        'traffic is on blue, but the promote by ada@host at 2026-11-24T09:00:00.000Z moved it to green: ' +
          'argocd-controller wrote the selector at 2026-11-24T09:05:00Z',
      );
    },
  );

  test('says so without a name where the API server recorded none', () => {
    expect(movedSince(active('blue', 'complete'), 'shop')).toMatch(/moved it to green$/);
  });

  test('has nothing to say while traffic is where the last operation left it', () => {
    expect(movedSince(active('green', 'complete', [wrote('x', '2026-11-24T09:05:00Z')]), 'shop')).toBeUndefined();
  });

  test.each([
    ['an operation that was given up', active('blue', 'abandoned')],
    ['no record', service('shop-active', 'blue')],
  ])('has nothing to say of %s', (_, live) => {
    expect(movedSince(live, 'shop')).toBeUndefined();
  });
});
