import { describe, expect, test } from '@jest/globals';
import type { Demand } from '../../../../plugin/plan/capacity/demand.js';
import type { PodNeeds, ResourceQuota } from '../../../../plugin/plan/capacity/objects.js';
import { findQuotaShortages, type QuotaInput } from '../../../../plugin/plan/capacity/quota.js';
import { service } from '../../cluster-objects.js';
import { configMap } from '../../manifests.js';
import { limitRange, podOf, quota, running } from './objects.js';

const HALF = podOf({ cpu: '500m', memory: '256Mi' }, { cpu: '1', memory: '512Mi' });

function demandOf(pod: PodNeeds, pods = 2, more: Partial<Demand> = {}): Demand {
  const change = { pods, gone: [] };
  return { deployment: 'shop-green', isNew: false, pod, atOnce: change, settled: change, ...more };
}

const shortages = (quotas: ResourceQuota | ResourceQuota[], more: Partial<QuotaInput> = {}) =>
  findQuotaShortages({ demands: [demandOf(HALF)], created: [], limitRanges: [], quotas: [quotas].flat(), ...more });

describe('a quota', () => {
  test('that has no room says by how much', () => {
    expect(shortages(quota({ 'requests.cpu': '2' }, { 'requests.cpu': '1600m' }))).toEqual([
      'deployment "shop-green" needs 2 more Pods with 1 of requests.cpu: quota "compute" has 400m of requests.cpu left (1600m of 2 used): 600m too little',
    ]);
  });

  test('that has exactly enough room lets it be', () => {
    expect(shortages(quota({ 'requests.cpu': '2', pods: '4' }, { 'requests.cpu': '1', pods: '2' }))).toEqual([]);
  });

  test.each<[string, string, string, string]>([
    ['pods', '3', '2', 'needs 2 more Pods: quota "compute" has 1 of pods left (2 of 3 used): 1 too little'],
    ['count/pods', '2', '2', 'has none of count/pods left (2 of 2 used): 2 too little'],
    ['cpu', '1', '0.1', 'with 1 of cpu: quota "compute" has 900m of cpu left (100m of 1 used): 100m too little'],
    [
      'memory',
      '1Gi',
      '768Mi',
      'with 512Mi of memory: quota "compute" has 256Mi of memory left (768Mi of 1Gi used): 256Mi too little',
    ],
    [
      'limits.cpu',
      '1',
      '2',
      'with 2 of limits.cpu: quota "compute" has none of limits.cpu left (2 of 1 used): 3 too little',
    ],
    [
      'limits.memory',
      '1500M',
      '600M',
      'with 1Gi of limits.memory: quota "compute" has 900M of limits.memory left (600M of 1500M used): 173741824 too little',
    ],
  ])('counts %s', (resource, hard, used, message) => {
    expect(shortages(quota({ [resource]: hard }, { [resource]: used })).join()).toContain(message);
  });

  test('that does not count what is asked for has room', () => {
    const hard = { 'requests.ephemeral-storage': '0', 'requests.example.com/gpu': '0', 'count/jobs.batch': '0' };
    expect(shortages(quota(hard, hard))).toEqual([]);
    expect(shortages(quota({ pods: '1' }, {}))).toEqual([]);
  });

  test('counts what no plan adds against nobody', () => {
    const full = quota({ pods: '2', 'requests.cpu': '1' }, { pods: '9', 'requests.cpu': '9' });
    expect(shortages(full, { demands: [demandOf(HALF, 0)] })).toEqual([]);
    expect(shortages(full, { demands: [] })).toEqual([]);
  });

  test('counts both colors of an install together', () => {
    const demands = [demandOf(HALF, 2, { deployment: 'shop-blue' }), demandOf(HALF)];
    expect(shortages(quota({ pods: '3' }, { pods: '0' }), { demands })).toEqual([
      'deployments "shop-blue" and "shop-green" need 4 more Pods: quota "compute" has 3 of pods left (0 of 3 used): 1 too little',
    ]);
  });

  test('gets back what Pods take that go before', () => {
    const gone = ['a', 'b'].map((name) => running(name, HALF));
    const demands = [demandOf(HALF, 2, { atOnce: { pods: 2, gone } })];
    const full = quota({ pods: '2', 'requests.cpu': '1' }, { pods: '2', 'requests.cpu': '1' });
    expect(shortages(full, { demands })).toEqual([]);
  });

  test('of CPU or memory wants every container to say how much, or a LimitRange for it', () => {
    const compute = quota(
      { 'requests.cpu': '4', 'limits.cpu': '4', 'limits.memory': '4Gi' },
      {
        'requests.cpu': '0',
        'limits.cpu': '0',
        'limits.memory': '0',
      },
    );
    const demands = [demandOf(podOf({ cpu: '1' }, { memory: '1Gi' }))];
    expect(shortages(compute, { demands })).toEqual([
      'container "shop" of deployment "shop-green" does not say its limits.cpu, which quota "compute" wants of each, and no LimitRange has a default',
    ]);
    const [short] = shortages(compute, { demands, limitRanges: [limitRange({ cpu: '3' }, {})] });
    expect(short).toContain('with 6 of limits.cpu');
    const whole = [demandOf({ ...podOf({ cpu: '1' }), resources: { limits: { cpu: '1', memory: '1Gi' } } })];
    expect(shortages(compute, { demands: whole })).toEqual([]);
  });

  const matching = (operator: string, values?: string[]) => ({
    scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator, ...(values && { values }) }] },
  });
  test.each<[string, ResourceQuota['spec'], Partial<PodNeeds>, boolean]>([
    ['NotTerminating', { scopes: ['NotTerminating'] }, {}, true],
    ['NotTerminating', { scopes: ['NotTerminating'] }, { activeDeadlineSeconds: 9 }, false],
    ['Terminating', { scopes: ['Terminating'] }, {}, false],
    ['BestEffort', { scopes: ['BestEffort'] }, {}, false],
    ['BestEffort', { scopes: ['BestEffort'] }, podOf({ 'ephemeral-storage': '1Gi' }), true],
    ['NotBestEffort', { scopes: ['NotBestEffort', 'NotTerminating'] }, {}, true],
    ['priority classes', matching('In', ['high']), { priorityClassName: 'high' }, true],
    ['priority classes', matching('In', ['high']), {}, false],
    ['other priority classes', matching('NotIn', ['high']), { priorityClassName: 'high' }, false],
    ['any priority class', matching('Exists'), { priorityClassName: 'low' }, true],
    ['no priority class', matching('DoesNotExist'), { priorityClassName: 'low' }, false],
    ['affinity across namespaces', { scopes: ['CrossNamespacePodAffinity'] }, {}, false],
    [
      'affinity across namespaces',
      { scopes: ['CrossNamespacePodAffinity'] },
      {
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ namespaces: ['other'] }] } },
      },
      true,
    ],
    ['what is not known yet', { scopes: ['Weekdays'] }, {}, false],
  ])('for %s counts only such Pods', (_, spec, pod, counts) => {
    const demands = [demandOf({ ...HALF, ...pod })];
    expect(shortages(quota({ pods: '0' }, { pods: '0' }, spec), { demands })).toHaveLength(counts ? 1 : 0);
  });

  test('of objects counts those that a plan makes', () => {
    const balancer = { ...service('shop-active', 'blue'), spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } };
    const created = [configMap('x'), balancer];
    const hard = { configmaps: '1', 'count/services': '4', 'services.loadbalancers': '0', 'services.nodeports': '0' };
    const used = { configmaps: '1', 'count/services': '3', 'services.loadbalancers': '0', 'services.nodeports': '0' };
    expect(shortages(quota(hard, used), { created })).toEqual([
      'this needs 1 more of configmaps: quota "compute" has none of configmaps left (1 of 1 used): 1 too little',
      'this needs 1 more of services.loadbalancers: quota "compute" has none of services.loadbalancers left (0 of 0 used): 1 too little',
      'this needs 1 more of services.nodeports: quota "compute" has none of services.nodeports left (0 of 0 used): 1 too little',
    ]);
    const sets = quota({ 'count/replicasets.apps': '1' }, { 'count/replicasets.apps': '1' });
    expect(shortages(sets, { demands: [demandOf(HALF, 2, { isNew: true })] })).toHaveLength(1);
    expect(shortages(sets)).toEqual([]);
  });
});
