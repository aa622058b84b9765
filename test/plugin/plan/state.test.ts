import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import { activeColor, installed } from '../../../plugin/plan/active-color.js';
import { newestReplicaSet, podsOf, podsOfReplicaSet, readyEndpoints } from '../../../plugin/plan/state.js';
import { deployment, pod, replicaSet, service, slice, stateOf } from '../cluster-objects.js';

describe('activeColor', () => {
  test.each(['blue', 'green'] as const)('is %s when the live selector names it', (color) => {
    expect(activeColor(service('shop-active', color), 'shop')).toBe(color);
  });

  test.each([
    ['names another color', { app: 'shop', version: 'red' }, 'app=shop,version=red'],
    ['names no color', { app: 'shop' }, 'app=shop'],
    ['names another application', { app: 'cart', version: 'blue' }, 'app=cart,version=blue'],
    ['holds one more key', { app: 'shop', version: 'blue', tier: 'web' }, 'app=shop,version=blue,tier=web'],
    ['is empty', {}, '(none)'],
    ['is absent', undefined, '(none)'],
  ])('is refused, never guessed, when the selector %s', (_, selector, seen) => {
    const edited = { ...service('shop-active', 'blue'), spec: selector && { selector } };
    const read = () => activeColor({ ...edited, spec: edited.spec ?? {} }, 'shop');
    expect(read).toThrow(RefusedError);
    expect(read).toThrow(`service "shop-active" has selector ${seen}, want app=shop,version=blue or version=green`);
  });
});

describe('installed', () => {
  test('adds the active color', () => {
    expect(installed(stateOf()).activeColor).toBe('blue');
  });

  test('refuses a release without an active Service, and names the namespace', () => {
    const { active, ...state } = stateOf();
    expect(() => installed(state)).toThrow('services "shop-active" not found in namespace "store"');
  });
});

describe('podsOf', () => {
  const created = (name: string, creationTimestamp: string) => {
    const one = pod('green', name);
    return { ...one, metadata: { ...one.metadata, creationTimestamp } };
  };
  const names = (pods: ReturnType<typeof podsOf>) => pods.map((one) => one.metadata.name);

  test('is the oldest Pod first, by name where they are of one age', () => {
    const pods = [
      created('c', '2026-01-02T00:00:00Z'),
      created('b', '2026-01-02T00:00:00Z'),
      created('z', '2026-01-01T00:00:00Z'),
    ];
    expect(names(podsOf(pods, 'shop', 'green'))).toEqual(['z', 'b', 'c']);
  });

  test('leaves the order of what it was given', () => {
    const pods = [created('b', '2026-01-02T00:00:00Z'), created('a', '2026-01-01T00:00:00Z')];
    podsOf(pods, 'shop', 'green');
    expect(names(pods)).toEqual(['b', 'a']);
  });

  test.each(['Succeeded', 'Failed'])('leaves out a Pod that has ended: %s', (phase) => {
    const evicted = { ...pod('green', 'g1'), status: { phase } };
    expect(podsOf([evicted], 'shop', 'green')).toEqual([]);
  });

  test('leaves out Pods that are being deleted, of the other color, and of another release', () => {
    const other = pod('green', 'x');
    other.metadata.labels = { app: 'cart', version: 'green' };
    const pods = [pod('green', 'g1', { terminating: true }), pod('blue', 'b1'), other, pod('green', 'g2')];
    expect(names(podsOf(pods, 'shop', 'green'))).toEqual(['g2']);
  });
});

describe('newestReplicaSet', () => {
  test('is the one of the highest revision, compared as numbers', () => {
    const sets = [replicaSet('green', 'h9', 9), replicaSet('green', 'h10', 10), replicaSet('green', 'h2', 2)];
    expect(newestReplicaSet(sets, deployment('green', 'v1'))?.metadata.name).toBe('shop-green-h10');
  });

  test('is one that the Deployment owns: a namesake before it may have left another', () => {
    const foreign = replicaSet('green', 'h9', 9);
    foreign.metadata.ownerReferences = [{ kind: 'Deployment', name: 'shop-green', uid: 'uid-before' }];
    const sets = [foreign, replicaSet('green', 'h1', 1)];
    expect(newestReplicaSet(sets, deployment('green', 'v1'))?.metadata.name).toBe('shop-green-h1');
  });

  test('is none where there is none, and no Pod is of it', () => {
    expect(newestReplicaSet([replicaSet('blue', 'h1', 1)], deployment('green', 'v1'))).toBeUndefined();
    expect(podsOfReplicaSet([pod('green', 'g1')], undefined)).toEqual([]);
  });
});

describe('readyEndpoints', () => {
  test('are those of one Service that are ready, with the Pods behind them', () => {
    const g1 = pod('green', 'g1');
    const slices = [
      slice('shop-active', [g1]),
      slice('shop-green', [g1]),
      slice('shop-active', [pod('green', 'g2')], false),
    ];
    expect(readyEndpoints(slices, 'shop-active')).toEqual([{ address: '10.0.0.1', podUid: 'uid-g1' }]);
  });

  test('are none in a slice that has no endpoints', () => {
    expect(readyEndpoints([{ ...slice('shop-active', []), endpoints: undefined } as never], 'shop-active')).toEqual([]);
  });
});
