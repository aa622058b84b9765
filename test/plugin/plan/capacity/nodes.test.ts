import { describe, expect, test } from '@jest/globals';
import type { Demand } from '../../../../plugin/plan/capacity/demand.js';
import { describeUnplaced, type Occupied, placePods, takes } from '../../../../plugin/plan/capacity/nodes.js';
import type { PodNeeds } from '../../../../plugin/plan/capacity/objects.js';
import { node, podOf, running } from './objects.js';

const HALF = podOf({ cpu: '500m', memory: '1Gi' });

function demandOf(
  pod: PodNeeds,
  pods: number,
  gone: Demand['settled']['gone'] = [],
  deployment = 'shop-green',
): Demand {
  return { deployment, isNew: false, pod, atOnce: { pods, gone: [] }, settled: { pods, gone } };
}
const on = (name: string, cpu: string, ...pods: Occupied['pods']): Occupied => ({
  node: node(name, { cpu, memory: '8Gi' }),
  pods,
});
const unplaced = (demands: Demand[], nodes: Occupied[]) => placePods(demands, nodes).map(({ pods }) => pods);

describe('nodes have room', () => {
  test('for what they have left after the requests of their Pods', () => {
    const nodes = [on('a', '1', running('x', HALF)), on('b', '1')];
    expect(unplaced([demandOf(HALF, 3)], nodes)).toEqual([]);
    expect(unplaced([demandOf(HALF, 5)], nodes)).toEqual([2]);
  });

  test('for the large Pods first', () => {
    const demands = [demandOf(podOf({ cpu: '500m' }), 2, [], 'small'), demandOf(podOf({ cpu: '1' }), 1, [], 'large')];
    expect(unplaced(demands, [on('a', '1'), on('b', '1')])).toEqual([]);
    expect(unplaced(demands, [on('a', '500m'), on('b', '500m')])).toEqual([1]);
  });

  test('where Pods end, have ended or are replaced', () => {
    const old = running('old', HALF);
    const pods = [old, running('ending', HALF, { terminating: true })];
    const done = { ...running('done', HALF), status: { phase: 'Succeeded' } };
    expect(unplaced([demandOf(HALF, 2, [old])], [on('a', '1', ...pods, done)])).toEqual([]);
    expect(unplaced([demandOf(HALF, 2)], [on('a', '1', ...pods)])).toEqual([1]);
  });

  test('for no more Pods than they may run, and for none where too much is promised already', () => {
    const full = { node: node('a', { cpu: '9', memory: '9Gi', pods: '1' }), pods: [running('x', podOf())] };
    expect(unplaced([demandOf(podOf(), 1)], [full])).toEqual([1]);
    expect(unplaced([demandOf(HALF, 1)], [on('a', '1', running('x', podOf({ cpu: '2' })))])).toEqual([1]);
    expect(unplaced([demandOf(podOf({ 'example.com/gpu': '1' }), 1)], [on('a', '1')])).toEqual([1]);
  });

  test.each<[string, Parameters<typeof node>[2], Partial<PodNeeds>, boolean]>([
    ['is cordoned', { unschedulable: true }, {}, false],
    ['has a taint', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] }, {}, false],
    ['would rather not', { taints: [{ key: 'gpu', effect: 'PreferNoSchedule' }] }, {}, true],
    [
      'has a taint that is tolerated',
      { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] },
      { tolerations: [{ key: 'gpu', value: 'yes' }] },
      true,
    ],
    [
      'has a taint of which another value is tolerated',
      { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] },
      { tolerations: [{ key: 'gpu', value: 'no' }] },
      false,
    ],
    [
      'has a taint of another effect than is tolerated',
      { taints: [{ key: 'gpu', effect: 'NoExecute' }] },
      { tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }] },
      false,
    ],
    ['has taints that are all tolerated', { unschedulable: true }, { tolerations: [{ operator: 'Exists' }] }, true],
    ['has the label', {}, { nodeSelector: { zone: 'a' } }, true],
    ['has another label', {}, { nodeSelector: { zone: 'b' } }, false],
  ])('if a node %s as the Pod says', (_, spec, pod, expected) => {
    expect(takes(node('a', {}, spec), { ...HALF, ...pod })).toBe(expected);
  });
});

describe('what has no room', () => {
  const told = (demand: Demand, nodes: Occupied[]) => placePods([demand], nodes).map(describeUnplaced);
  const end = 'they wait until there is room, or until nodes are added';

  test('is told with what is too little', () => {
    const nodes = [
      on('a', '1', running('x', podOf({ cpu: '800m' }))),
      on('b', '1', running('y', podOf({ cpu: '700m' }))),
    ];
    expect(told(demandOf(HALF, 2), nodes)).toEqual([
      `there is no room for 2 of 2 new Pods of deployment "shop-green": each needs 500m of cpu, and no node has more than 300m left: 200m too little; ${end}`,
    ]);
  });

  test('is told as well when no single thing is too little', () => {
    const nodes = [
      on('a', '1', running('x', podOf({ cpu: '1' }))),
      on('b', '1', running('y', podOf({ memory: '8Gi' }))),
    ];
    expect(told(demandOf(HALF, 1), nodes).join()).toContain('no node has all left that one needs');
  });

  test('is told when no node may run it', () => {
    expect(told(demandOf({ ...HALF, nodeSelector: { zone: 'z' } }, 1), [on('a', '9')])).toEqual([
      `no node takes 1 of 1 new Pods of deployment "shop-green", by its labels and taints: ${end}`,
    ]);
  });
});
