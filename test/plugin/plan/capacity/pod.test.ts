import { describe, expect, test } from '@jest/globals';
import type { ContainerNeeds, PodNeeds } from '../../../../plugin/plan/capacity/objects.js';
import { podAmounts, quotaNames, withDefaults } from '../../../../plugin/plan/capacity/pod.js';
import { formatQuantity } from '../../../../plugin/plan/capacity/quantity.js';
import { container, limitRange, podOf } from './objects.js';

const shown = (amounts: ReadonlyMap<string, bigint>) =>
  Object.fromEntries([...amounts].map(([name, amount]) => [name, formatQuantity(amount, name)]));
const requests = (pod: PodNeeds) => shown(podAmounts(pod, 'requests'));
const cpu = (amount: string, more: Partial<ContainerNeeds> = {}) => container({ cpu: amount }, undefined, more);
const SIDECAR = { restartPolicy: 'Always' };

describe('a Pod asks for', () => {
  test('the sum of its containers', () => {
    const containers = [container({ cpu: '100m', memory: '1Gi' }), container({ cpu: '0.4', 'example.com/gpu': '1' })];
    expect(requests({ containers })).toEqual({ cpu: '500m', memory: '1Gi', 'example.com/gpu': '1' });
  });

  test.each<[string, ContainerNeeds[], string]>([
    ['an init container that is larger', [cpu('2')], '2'],
    ['init containers one after the other', [cpu('300m'), cpu('400m')], '1'],
    ['a sidecar, which goes on running', [cpu('500m', SIDECAR)], '1500m'],
    ['a sidecar beside a later init container', [cpu('500m', SIDECAR), cpu('2')], '2500m'],
    ['an init container before the sidecar', [cpu('1600m'), cpu('500m', SIDECAR)], '1600m'],
  ])('the most that it takes at a time, with %s', (_, initContainers, expected) => {
    expect(requests({ containers: [cpu('1')], initContainers })).toEqual({ cpu: expected });
  });

  test('its overhead, which raises only limits that are there', () => {
    const pod = { ...podOf({ cpu: '1' }, { cpu: '2' }), overhead: { cpu: '250m', memory: '64Mi' } };
    expect(requests(pod)).toEqual({ cpu: '1250m', memory: '64Mi' });
    expect(shown(podAmounts(pod, 'limits'))).toEqual({ cpu: '2250m' });
  });

  test('what it says of itself as a whole, in place of its containers', () => {
    const pod = { ...podOf({ cpu: '1', memory: '1Gi' }), resources: { requests: { cpu: '3' } } };
    expect(requests(pod)).toEqual({ cpu: '3', memory: '1Gi' });
  });

  test('what a LimitRange says for what it leaves out, and its own limits before that', () => {
    const range = limitRange({ cpu: '2', memory: '1Gi' }, { cpu: '200m', memory: '512Mi' });
    const pod = withDefaults({ ...podOf({ cpu: '1' }, { memory: '2Gi' }), initContainers: [cpu('3')] }, [
      range,
      limitRange({ cpu: '9' }, { cpu: '9' }),
    ]);
    expect(requests(pod)).toEqual({ cpu: '3', memory: '2Gi' });
    expect(shown(podAmounts(pod, 'limits'))).toEqual({ cpu: '2', memory: '2Gi' });
  });
});

test('a quota counts under names of its own', () => {
  const pod = podOf({ cpu: '1', 'example.com/gpu': '2', 'hugepages-2Mi': '4Mi' }, { cpu: '2', 'example.com/gpu': '2' });
  expect(shown(quotaNames(podAmounts(pod, 'requests'), podAmounts(pod, 'limits')))).toEqual({
    cpu: '1',
    'requests.cpu': '1',
    'requests.example.com/gpu': '2',
    'hugepages-2Mi': '4Mi',
    'requests.hugepages-2Mi': '4Mi',
    'limits.cpu': '2',
  });
});
