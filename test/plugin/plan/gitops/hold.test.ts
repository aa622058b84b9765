import { describe, expect, test } from '@jest/globals';
import { HOLD_ANNOTATION } from '../../../../charts/names.js';
import { RefusedError } from '../../../../plugin/core/errors.js';
import { respectHold } from '../../../../plugin/operations/owner.js';
import { type Hold, holdAnnotation, readHold } from '../../../../plugin/plan/gitops/hold.js';
import { templateHash } from '../../../../plugin/plan/identity.js';
import { planPromote } from '../../../../plugin/plan/promote.js';
import { planRollback } from '../../../../plugin/plan/rollback.js';
import type { State } from '../../../../plugin/plan/state.js';
import { deployment, inputOf, service, stateOf } from '../../cluster-objects.js';
import { failure } from '../../failure.js';

const HOLD: Hold = {
  color: 'green',
  version: 'v2',
  template: '',
  why: 'green is unhealthy: it restarts',
  by: 'ada@host',
  at: '2026-01-02T03:04:05.000Z',
  operationId: 'op-1',
};

/** A release of which Flux applies green, and green's Pods are on hold, or others. */
function held({ tool = true, template }: { tool?: boolean; template?: string } = {}): State {
  const green = deployment('green', 'v2');
  const labels = { ...green.metadata.labels, ...(tool && { 'kustomize.toolkit.fluxcd.io/name': 'shop' }) };
  const marked = { ...green, metadata: { ...green.metadata, labels } };
  const active = service('shop-active', 'blue', {});
  const hold = { ...HOLD, template: template ?? templateHash(marked) };
  const annotations = { ...active.metadata.annotations, ...(holdAnnotation(hold) as Record<string, string>) };
  const state = stateOf();
  return {
    ...state,
    active: { ...active, metadata: { ...active.metadata, annotations } },
    deployments: { ...state.deployments, green: marked },
  };
}
const promotionOf = (state: State) => planPromote(inputOf({ state }));

describe('a version that failed and is on hold', () => {
  test('is not promoted again by itself', () => {
    const state = held();
    expect(() => respectHold(state, promotionOf(state), 'green', false)).toThrow(
      failure(
        RefusedError,
        'green (v2) is on hold since 2026-01-02T03:04:05.000Z: it was promoted by ada@host, and failed: green is unhealthy: it ' +
          'restarts\ncommit another version, or use --release-hold, which promotes this one once more and ends the hold when it succeeds',
      ),
    );
  });

  test('is promoted when somebody says so, and a rollback to it only warns', () => {
    const state = held();
    expect(respectHold(state, promotionOf(state), 'green', true)).toEqual([expect.stringContaining('is on hold')]);
    const rollback = planRollback(inputOf({ state }));
    expect(respectHold(state, rollback, 'green', false)).toEqual([expect.stringContaining('is on hold')]);
  });

  test('is not what other Pods are, and nothing where no tool brings versions', () => {
    for (const state of [held({ template: 'other' }), held({ tool: false }), stateOf()])
      expect(respectHold(state, promotionOf(state), 'green', false)).toEqual([]);
  });

  test.each(['', '{', '[]', '{"color":"green"}', '"text"', 'null'])('reads as none from %j', (text) => {
    const active = service('shop-active', 'blue', {});
    const annotations = { [HOLD_ANNOTATION]: text };
    expect(readHold({ ...active, metadata: { ...active.metadata, annotations } })).toBeUndefined();
  });
});
