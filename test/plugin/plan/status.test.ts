import { describe, expect, test } from '@jest/globals';
import { installed } from '../../../plugin/plan/active-color.js';
import type { State } from '../../../plugin/plan/state.js';
import { findTrouble, summarize, viewOf } from '../../../plugin/plan/status.js';
import { deployment, pod, service, slice, stateOf } from '../cluster-objects.js';

const statusOf = (more: Partial<State> = {}) => summarize(installed(stateOf(more)));

function troubleOf(more: Partial<State> = {}): string[] {
  const state = installed(stateOf(more));
  return findTrouble(state, summarize(state));
}

const b1 = pod('blue', 'b1');
const b2 = pod('blue', 'b2');

describe('summarize', () => {
  test('shows both colors, the one with the traffic as active', () => {
    expect(statusOf()).toEqual({
      release: 'shop',
      namespace: 'store',
      active: {
        color: 'blue',
        version: 'v1',
        image: 'registry.example:5000/shop:v1',
        desired: 2,
        ready: 2,
        endpoints: 2,
        pods: [expect.objectContaining({ name: 'b1' }), expect.objectContaining({ name: 'b2' })],
      },
      idle: {
        color: 'green',
        version: 'v0',
        image: 'registry.example:5000/shop:v0',
        desired: 2,
        ready: 2,
        endpoints: 2,
        pods: [expect.objectContaining({ name: 'g1' }), expect.objectContaining({ name: 'g2' })],
      },
      lastOperation: expect.objectContaining({ id: 'op-1', by: 'ada@host' }),
    });
  });

  test('is null about the last operation where there was none: a script asks for it', () => {
    expect(statusOf({ active: service('shop-active', 'blue') }).lastOperation).toBeNull();
  });

  test('shows a color without a Deployment as empty', () => {
    const { idle } = statusOf({
      deployments: { blue: deployment('blue', 'v1'), green: undefined },
      pods: [b1, b2],
      endpointSlices: [],
    });
    expect(idle).toEqual({ color: 'green', version: '', image: '', desired: 0, ready: 0, endpoints: 0, pods: [] });
  });

  test('counts only Pods that are ready and not being deleted', () => {
    const pods = [b1, pod('blue', 'b2', { ready: false }), pod('blue', 'b3', { terminating: true })];
    expect(statusOf({ pods }).active).toMatchObject({ desired: 2, ready: 1 });
  });

  test('shows also the Pods that end', () => {
    const pods = [b1, pod('blue', 'b3', { terminating: true })];
    expect(statusOf({ pods }).active.pods.map(({ status }) => status)).toEqual(['Running', 'Terminating']);
  });

  test('takes a Deployment without replicas for one of 1, as Kubernetes does', () => {
    const { replicas, ...spec } = deployment('blue', 'v1').spec;
    const blue = { ...deployment('blue', 'v1'), spec };
    expect(statusOf({ deployments: { blue, green: undefined } }).active.desired).toBe(1);
  });
});

describe('findTrouble', () => {
  test('finds none in a release that is well', () => {
    expect(troubleOf()).toEqual([]);
  });

  test.each<[string, Partial<State>, string]>([
    [
      'a color whose Deployment is gone',
      { deployments: { blue: deployment('blue', 'v1'), green: undefined } },
      'deployment of green not found',
    ],
    [
      'a Pod with traffic that is not ready',
      { pods: [b1, pod('blue', 'b2', { ready: false })], endpointSlices: [slice('shop-active', [b1])] },
      'blue has 1 of 2 Pods ready',
    ],
    [
      'an active Service that serves nobody',
      { endpointSlices: [slice('shop-blue', [b1, b2])] },
      'the active Service has 0 endpoints for 2 ready Pods',
    ],
    [
      'an operation that was cut off',
      { active: service('shop-active', 'blue', { outcome: 'switched' }) },
      'the last operation was cut off before its proof',
    ],
  ])('finds %s', (_, more, text) => {
    expect(troubleOf(more)).toEqual([text]);
  });

  test('does not mind that the idle color is scaled down', () => {
    const green = deployment('green', 'v0', { replicas: 0 });
    expect(troubleOf({ deployments: { blue: deployment('blue', 'v1'), green }, pods: [b1, b2] })).toEqual([]);
  });
});

describe('viewOf', () => {
  test('shows a release with what is wrong with it', () => {
    expect(viewOf(stateOf())).toEqual({ status: statusOf(), trouble: [] });
  });

  test.each([
    ['is not installed', { active: undefined as never }, 'services "shop-active" not found'],
    ['was edited by hand', { active: service('shop-active', 'blue', {}, { tier: 'x' }) }, 'it was edited by hand'],
  ])('says of a release that %s why its state cannot be told', (_, more, text) => {
    expect(viewOf(stateOf(more))).toEqual({
      release: 'shop',
      namespace: 'store',
      problem: expect.stringContaining(text),
    });
  });
});
