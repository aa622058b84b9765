import { describe, expect, test } from '@jest/globals';
import { findLimitRangeRefusals } from '../../../../plugin/plan/capacity/limit-range.js';
import type { LimitRange, LimitRangeItem, PodNeeds } from '../../../../plugin/plan/capacity/objects.js';
import { container, podOf } from './objects.js';

const range = (...limits: LimitRangeItem[]): LimitRange => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'bounds' },
  spec: { limits },
});

const HALF = podOf({ cpu: '500m', memory: '256Mi' }, { cpu: '1', memory: '512Mi' });

const refusals = (item: LimitRangeItem | LimitRange[], pod: PodNeeds = HALF) =>
  findLimitRangeRefusals([{ owner: 'deployment "shop-green"', pod }], Array.isArray(item) ? item : [range(item)]);

describe('a LimitRange', () => {
  test.each<[string, LimitRangeItem, string]>([
    [
      'the most of a limit',
      { type: 'Container', max: { cpu: '900m' } },
      'container "shop" of deployment "shop-green" has 1 of limits.cpu: LimitRange "bounds" wants at most 900m for each Container',
    ],
    [
      'the most for a Pod',
      { type: 'Pod', max: { memory: '500Mi' } },
      'each Pod of deployment "shop-green" has 512Mi of limits.memory: LimitRange "bounds" wants at most 500Mi for each Pod',
    ],
    [
      'the least of a request',
      { type: 'Container', min: { cpu: '0.6' } },
      'container "shop" of deployment "shop-green" has 500m of requests.cpu: LimitRange "bounds" wants at least 600m for each Container',
    ],
    [
      'the ratio of limit to request',
      { type: 'Container', maxLimitRequestRatio: { cpu: '1.5' } },
      'container "shop" of deployment "shop-green" has a limit of 1 and a request of 500m of cpu: LimitRange "bounds" wants a limit of at most 1500m times the request for each Container',
    ],
    [
      'what is not said',
      { type: 'Pod', max: { 'ephemeral-storage': '1Gi' } },
      'each Pod of deployment "shop-green" does not say its limits.ephemeral-storage: LimitRange "bounds" wants at most 1Gi for each Pod',
    ],
  ])('refuses by %s', (_, item, message) => {
    expect(refusals(item)).toEqual([message]);
  });

  test.each<[string, LimitRangeItem]>([
    ['a maximum that is just reached', { type: 'Container', max: { cpu: '1', memory: '0.5Gi' } }],
    ['a minimum that is just reached', { type: 'Pod', min: { cpu: '500m' } }],
    ['a ratio that is just reached', { type: 'Container', maxLimitRequestRatio: { cpu: '2' } }],
    ['bounds of volumes', { type: 'PersistentVolumeClaim', max: { storage: '1' } }],
  ])('lets be %s', (_, item) => {
    expect(refusals(item)).toEqual([]);
  });

  test('is compared after its defaults have been given', () => {
    const limits = { type: 'Container', default: { cpu: '300m' }, max: { cpu: '400m' } };
    expect(refusals(limits, podOf())).toEqual([]);
    expect(refusals({ ...limits, default: { cpu: '500m' } }, podOf()).join()).toContain('has 500m of limits.cpu');
  });

  test('gives a limit by default that a request may exceed', () => {
    expect(refusals({ type: 'Container', default: { cpu: '300m' } }, podOf({ cpu: '400m' }))).toEqual([
      'container "shop" of deployment "shop-green" has 400m of requests.cpu, more than its limit of 300m, which LimitRange "bounds" gives it: set limits.cpu',
    ]);
  });

  test('counts init containers, each by itself and a Pod by what it takes at most', () => {
    const pod = { ...HALF, initContainers: [container({}, { cpu: '3' }, { name: 'migrate' })] };
    expect(refusals({ type: 'Container', max: { cpu: '2' } }, pod).join()).toContain('container "migrate"');
    expect(refusals({ type: 'Pod', max: { cpu: '2' } }, pod).join()).toContain('has 3 of limits.cpu');
  });

  test('of several each counts', () => {
    const ranges = [range({ type: 'Container', max: { cpu: '500m' } }), range({ type: 'Pod', max: { cpu: '500m' } })];
    expect(refusals(ranges)).toHaveLength(2);
  });

  test('does not count what a RuntimeClass adds, which the server adds later', () => {
    expect(refusals({ type: 'Pod', max: { cpu: '1' } }, { ...HALF, overhead: { cpu: '1' } })).toEqual([]);
  });
});
