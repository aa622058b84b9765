import { describe, expect, test } from '@jest/globals';
import { baseline, findSickness } from '../../../plugin/plan/health.js';
import { pod } from '../cluster-objects.js';

const before = baseline([pod('green', 'g1', { restarts: 2 }), pod('green', 'g2')]);

describe('findSickness', () => {
  test('finds none while Pods are as they were', () => {
    expect(findSickness([pod('green', 'g1', { restarts: 2 }), pod('green', 'g2')], 2, before)).toBeUndefined();
  });

  test.each([
    [
      'a Pod restarted',
      [pod('green', 'g1', { restarts: 3 }), pod('green', 'g2')],
      'pod "g1", container "shop" restarted once',
    ],
    [
      'a Pod restarted often',
      [pod('green', 'g1', { restarts: 6 }), pod('green', 'g2')],
      'pod "g1", container "shop" restarted 4 time',
    ],
    [
      'a new Pod restarts',
      [pod('green', 'g1', { restarts: 2 }), pod('green', 'g9', { restarts: 1 })],
      'pod "g9", container "shop" restarted once',
    ],
    [
      'a Pod is no longer ready',
      [pod('green', 'g1', { restarts: 2 }), pod('green', 'g2', { ready: false })],
      '1 of 2 Pods are ready',
    ],
    ['a Pod is gone', [pod('green', 'g2')], '1 of 2 Pods are ready'],
    ['no Pod is left', [], '0 of 2 Pods are ready'],
  ])('finds that %s', (_, pods, why) => {
    expect(findSickness(pods, 2, before)).toContain(why);
  });

  test('does not mind more Pods than at first: an autoscaler may add some', () => {
    const pods = [pod('green', 'g1', { restarts: 2 }), pod('green', 'g2'), pod('green', 'g3')];
    expect(findSickness(pods, 2, before)).toBeUndefined();
  });

  test('does not mind that another Pod took the place of one', () => {
    expect(findSickness([pod('green', 'g2'), pod('green', 'g9')], 2, before)).toBeUndefined();
  });
});
