import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import { activeColor, installedOrOverlapping } from '../../../plugin/plan/active-color.js';
import { planCleanup } from '../../../plugin/plan/cleanup.js';
import { planDeploy } from '../../../plugin/plan/deploy.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import { planRollback } from '../../../plugin/plan/rollback.js';
import { summarize, viewOf } from '../../../plugin/plan/status.js';
import type { Plan } from '../../../plugin/plan/steps.js';
import { inputOf, pod, service, slice, stateOf } from '../cluster-objects.js';
import { overlappingState, wideService } from '../overlapping.js';

const input = (intent: object = {}, operation: object = {}) =>
  inputOf({ state: overlappingState(operation), intent: { target: {}, ...intent } });
const end = ({ from, to, steps, undo }: Plan) => {
  const step = steps.find(({ kind }) => kind === 'switch');
  return { from, to, kinds: steps.map(({ kind }) => kind), undo, overlap: step?.kind === 'switch' && step.overlap };
};

describe('while both colors have the traffic', () => {
  const COLD = ['verify', 'switch', 'preview', 'prove', 'record'];

  test('promote finishes the promotion, changes neither color, and asks nothing', () => {
    expect(end(planPromote(input()))).toEqual({
      from: 'blue',
      to: 'green',
      kinds: COLD,
      undo: [],
      overlap: { holdSeconds: 30, timeoutSeconds: 300, resumes: { id: 'op-1', back: false } },
    });
  });

  test('rollback takes it back, at once', () => {
    expect(end(planRollback(input()))).toEqual({
      from: 'green',
      to: 'blue',
      kinds: COLD,
      undo: [],
      overlap: { holdSeconds: 0, timeoutSeconds: 300, resumes: { id: 'op-1', back: true } },
    });
  });

  test('rollback finishes a rollback, and promote refuses to guess', () => {
    expect(end(planRollback(input({}, { kind: 'rollback' })))).toMatchObject({ from: 'blue', to: 'green' });
    expect(() => planPromote(input({}, { kind: 'rollback' }))).toThrow('"kubectl bluegreen rollback shop" finishes it');
  });

  test.each(['blue', 'green'] as const)('--to=%s says where traffic ends', (to) => {
    expect(planPromote(input({ to })).to).toBe(to);
    expect(planRollback(input({ to })).to).toBe(to);
  });

  test('a version that the color does not run is refused: its Pods have traffic', () => {
    expect(() => planPromote(input({ target: { version: 'v9' } }))).toThrow(RefusedError);
    expect(planPromote(input({ target: { version: 'v0' } })).to).toBe('green');
    expect(() => planRollback(input({ toRevision: 0 }))).toThrow('no revision can be brought back now');
  });

  test('deploy and cleanup refuse, and say how it ends', () => {
    const words = 'leads to both blue and green';
    expect(() => planDeploy(input())).toThrow(words);
    expect(() => planDeploy(input())).toThrow('"kubectl bluegreen rollback shop --to=blue" takes it back');
    const state = overlappingState();
    expect(() => planCleanup({ state, autoscalers: [], keep: 0, afterSeconds: 0 })).toThrow(words);
  });

  test('status shows both, and says why', () => {
    const state = overlappingState();
    expect(summarize(installedOrOverlapping(state))).toMatchObject({
      overlapping: true,
      active: { color: 'blue' },
      idle: { color: 'green' },
    });
    expect(viewOf(state)).toMatchObject({ trouble: [expect.stringContaining('leads to both blue and green')] });
  });
});

describe('a selector without a color', () => {
  test.each<[string, object]>([
    ['whose last operation is complete', { outcome: 'complete' }],
    ['whose record names one color twice', { from: 'green' }],
    ['whose record names no color', { to: 'red' }],
  ])('%s was edited by hand', (_, operation) => {
    expect(() => activeColor(wideService(operation), 'shop')).toThrow('it was edited by hand');
    expect(() => installedOrOverlapping(overlappingState(operation))).toThrow('it was edited by hand');
  });

  test('that has another key, or is of another release, was edited by hand', () => {
    const selectors: Record<string, string>[] = [
      { app: 'cart' },
      { app: 'shop', tier: 'web' },
      { app: 'shop', 'deployment-type': 'canary' },
    ];
    for (const selector of selectors)
      expect(() => activeColor({ ...wideService(), spec: { selector } }, 'shop')).toThrow('it was edited by hand');
  });
});

describe('a Service whose traffic does not follow its selector', () => {
  test.each([
    [{ clusterIP: 'None' }, 'headless'],
    [{ publishNotReadyAddresses: true }, 'publishNotReadyAddresses'],
  ])('with %j is refused by promote and rollback', (more, words) => {
    const active = service('shop-active', 'blue', {});
    const state = stateOf({ active: { ...active, spec: { ...active.spec, ...more } } });
    for (const plan of [planPromote, planRollback]) {
      expect(() => plan(inputOf({ state }))).toThrow(RefusedError);
      expect(() => plan(inputOf({ state }))).toThrow(words);
    }
  });

  test('by an EndpointSlice that is not of the controller is refused by promote and rollback', () => {
    const foreign = slice('shop-active', [pod('blue', 'b1')]);
    foreign.metadata = { name: 'by-hand', labels: { 'kubernetes.io/service-name': 'shop-active' } };
    const state = stateOf();
    const endpointSlices = [...state.endpointSlices, foreign];
    for (const plan of [planPromote, planRollback])
      expect(() => plan(inputOf({ state: { ...state, endpointSlices } }))).toThrow('endpointslice "by-hand"');
  });
});
