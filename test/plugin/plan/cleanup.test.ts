import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import { type CleanupInput, planCleanup } from '../../../plugin/plan/cleanup.js';
import { autoscaler, deployment, pod, service, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';

const plan = (more: Partial<CleanupInput> = {}) =>
  planCleanup({ state: stateOf(), autoscalers: [], keep: 0, afterSeconds: 0, ...more });

describe('planCleanup', () => {
  test.each([
    ['blue', 'green'],
    ['green', 'blue'],
  ] as const)('while %s has the traffic, scales %s down and nothing else', (active, idle) => {
    const { steps, from, to } = plan({ state: stateOf({ active: service('shop-active', active, {}) }) });
    const guard = { uid: 'uid-shop-active', lastOperationId: 'op-1' };
    const place = { service: 'shop-active', guard, active, idle };
    expect([from, to]).toEqual([active, active]);
    expect(steps).toEqual([
      { ...place, kind: 'scale-down', deployment: `shop-${idle}`, from: 2, to: 0, promoting: undefined },
    ]);
  });

  test('waits first, counted from when traffic moved', () => {
    expect(plan({ afterSeconds: 600 }).steps).toMatchObject([
      { kind: 'drain', seconds: 600, since: '2026-01-02T03:04:05.000Z' },
      { kind: 'scale-down' },
    ]);
  });

  test.each([
    [0, 0],
    [1, 1],
    [1, 2],
  ])('finds nothing to do with %i replicas, %i to keep', (replicas, keep) => {
    const deployments = { blue: deployment('blue', 'v1'), green: deployment('green', 'v0', { replicas }) };
    const found = plan({ state: stateOf({ deployments }), keep });
    expect(found).toMatchObject({ steps: [], nothingToDo: `green is idle and has ${replicas} replicas` });
  });

  test('finds nothing to do without a Deployment of that color', () => {
    const state = stateOf({ deployments: { blue: deployment('blue', 'v1'), green: undefined } });
    expect(plan({ state }).nothingToDo).toBe('green is idle and has 0 replicas');
  });

  test.each(['switched', 'proved'] as const)('refuses while the last operation is no further than %s', (outcome) => {
    const active = service('shop-active', 'blue', { outcome });
    expect(() => plan({ state: stateOf({ active }) })).toThrow(
      failure(
        RefusedError,
        `the promote to blue by ada@host at 2026-01-02T03:04:05.000Z is not complete: its outcome is "${outcome}"; ` +
          'if no run is at work on it, "kubectl bluegreen promote shop --to blue" finishes it',
      ),
    );
  });

  test('without a record goes ahead, but cannot wait for a time that nobody knows', () => {
    const state = stateOf({ active: service('shop-active', 'blue') });
    expect(plan({ state }).steps).toHaveLength(1);
    expect(() => plan({ state, afterSeconds: 1 })).toThrow('does not say when traffic moved: leave out --after');
  });

  test('warns when the active color is not whole', () => {
    const state = stateOf({ pods: [pod('blue', 'b1'), pod('blue', 'b2', { ready: false })] });
    expect(plan({ state }).warnings).toEqual([
      'blue is active and has 1 of 2 Pods ready: a rollback will have to scale up first',
    ]);
    expect(plan().warnings).toEqual([]);
  });
});

test('counts connections before it scales down, when it is told to', () => {
  const state = stateOf({ deployments: { blue: deployment('blue', 'v1'), green: deployment('green', 'v0') } });
  expect(plan({ state, counts: true }).steps).toMatchObject([
    { kind: 'count-connections', color: 'green' },
    { kind: 'scale-down' },
  ]);
});

describe('a color that an autoscaler scales', () => {
  const deployments = { blue: deployment('blue', 'v1'), green: deployment('green', 'v0', { replicas: 5 }) };
  const state = stateOf({ deployments });

  test('goes to 0, and the plan says what that turns off', () => {
    const { steps } = plan({ state, autoscalers: [autoscaler('green-hpa', 'shop-green', 3)] });
    expect(steps).toMatchObject([{ kind: 'scale-down', to: 0, autoscaler: 'green-hpa' }]);
  });

  test('does not keep less than its least, and the refusal names it', () => {
    const autoscalers = [autoscaler('other', 'shop-blue', 5), autoscaler('green-hpa', 'shop-green', 3)];
    expect(() => plan({ state, autoscalers, keep: 2 })).toThrow(
      failure(
        RefusedError,
        'horizontalpodautoscaler "green-hpa" keeps deployment "shop-green" at 3 replicas or more, so that 2 cannot be kept: ' +
          'use --keep 3, or --keep 0, which turns it off',
      ),
    );
  });

  test.each([
    ['its least', [autoscaler('green-hpa', 'shop-green', 3)], 3],
    ['one, where its least is left out', [autoscaler('green-hpa', 'shop-green')], 1],
    ['any number, when it scales the other color', [autoscaler('blue-hpa', 'shop-blue', 3)], 1],
  ])('keeps %s', (_, autoscalers, keep) => {
    expect(plan({ state, autoscalers, keep }).steps).toMatchObject([{ kind: 'scale-down', to: keep }]);
  });
});
