import { describe, expect, test } from '@jest/globals';
import type { Pod } from '../../../plugin/core/kubernetes.js';
import { describeLoss, findFlap } from '../../../plugin/plan/loss.js';
import { pod } from '../cluster-objects.js';

const known = new Map([pod('green', 'g1'), pod('green', 'g2')].map((one) => [one.metadata.uid ?? '', one]));
const withStatus = (one: Pod, status: Partial<NonNullable<Pod['status']>>): Pod => ({
  ...one,
  status: { ...one.status, ...status },
});
const readySince = (lastTransitionTime: string) =>
  withStatus(pod('green', 'g1'), { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }] });

describe('describeLoss', () => {
  test('finds none while all are ready, whoever else is not', () => {
    const pods = [pod('green', 'g1'), pod('green', 'g2'), pod('green', 'g3', { ready: false })];
    expect(describeLoss(pods, known)).toBeUndefined();
  });

  test.each<[string, Pod[], string]>([
    ['gone', [], 'pod "g2" is gone'],
    ['being deleted', [pod('green', 'g2', { terminating: true })], 'pod "g2" is being deleted'],
    [
      'evicted',
      [
        withStatus(pod('green', 'g2', { terminating: true }), {
          conditions: [
            {
              type: 'DisruptionTarget',
              status: 'True',
              reason: 'EvictionByEvictionAPI',
              message: 'Eviction API: evicting',
            },
          ],
        }),
      ],
      'pod "g2" is being deleted (EvictionByEvictionAPI: Eviction API: evicting)',
    ],
    [
      'evicted by its kubelet',
      [
        withStatus(pod('green', 'g2'), {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node was low on resource: memory.',
        }),
      ],
      'pod "g2" has ended (Evicted: The node was low on resource: memory.)',
    ],
    [
      'not ready',
      [
        withStatus(pod('green', 'g2'), {
          conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'unready: [shop]' }],
        }),
      ],
      'pod "g2" is not ready (ContainersNotReady: unready: [shop])',
    ],
  ])('says of a Pod that it is %s', (_, pods, words) => {
    expect(describeLoss([pod('green', 'g1'), ...pods], known)).toBe(words);
  });

  test('says it of each', () => {
    expect(describeLoss([], known)).toBe('pod "g1" is gone; pod "g2" is gone');
  });
});

describe('findFlap', () => {
  const verified = new Map([['uid-g1', readySince('2026-01-02T03:04:05Z')]]);

  test('finds none while Pods stay ready', () => {
    expect(findFlap([readySince('2026-01-02T03:04:05Z')], verified)).toBeUndefined();
  });

  test('finds a Pod that became ready anew', () => {
    expect(findFlap([readySince('2026-01-02T03:05:00Z')], verified)).toBe(
      'pod "g1" was not ready for a while, until 2026-01-02T03:05:00Z,',
    );
  });
});
