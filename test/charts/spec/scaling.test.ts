import { expect, test } from '@jest/globals';
import { problemsOf } from './support.js';

const scale = { autoscaling: { maxReplicas: 4, averageCpuUtilizationPercent: 50 } };

test.each<[string, object]>([
  ['percentages', { rollout: { maxSurge: '100%', maxUnavailable: '0%' } }],
  [
    'an autoscaler that cannot move',
    { autoscaling: { minReplicas: 3, maxReplicas: 3, averageCpuUtilizationPercent: 50 } },
  ],
  ['a budget that frees one of two', { podDisruptionBudget: { minAvailable: 1 } }],
  ['a budget for a color without Pods', { idleReplicas: 0, podDisruptionBudget: { minAvailable: 1 } }],
])('%s is valid', (_, more) => {
  expect(problemsOf(more)).toEqual([]);
});

test.each<[string, object, string]>([
  [
    'a rollout that cannot move',
    { rollout: { maxSurge: '0%' } },
    'rollout.maxUnavailable: maxSurge and maxUnavailable are both 0',
  ],
  [
    'more than all Pods',
    { rollout: { maxUnavailable: '101%' } },
    'rollout.maxUnavailable: expected a percentage, such as "25%", got "101%"',
  ],
  [
    'fewer Pods at most than at least',
    { autoscaling: { maxReplicas: 1, averageCpuUtilizationPercent: 50 } },
    'autoscaling.maxReplicas: expected at least minReplicas, which is 2, got 1',
  ],
  [
    'autoscaling by nothing',
    { autoscaling: { maxReplicas: 3 } },
    'autoscaling: expected averageCpuUtilizationPercent or averageMemoryUtilizationPercent',
  ],
  [
    'autoscaling by what is not requested',
    { ...scale, resources: { requests: { memory: '1Gi' } } },
    'resources: expected requests.cpu, which autoscaling measures use against',
  ],
  [
    'autoscaling and a number of Pods',
    { ...scale, replicas: 2 },
    'replicas: not used with autoscaling, which sets the number of Pods; see autoscaling.minReplicas',
  ],
  [
    'autoscaling and idle Pods',
    { ...scale, idleReplicas: 1 },
    'idleReplicas: not used with autoscaling, which sets the number of Pods; see autoscaling.minReplicas',
  ],
  [
    "autoscaling and a color's Pods",
    { ...scale, colors: { blue: { version: 'v1' }, green: { version: 'v1', replicas: 1 } } },
    'colors.green.replicas: not used with autoscaling, which sets the number of Pods; see autoscaling.minReplicas',
  ],
  [
    'a budget that frees no warm Pod',
    { replicas: 3, idleReplicas: 1, podDisruptionBudget: { minAvailable: 1 } },
    'podDisruptionBudget.minAvailable: expected to leave a Pod that can be evicted: green has 1; maxUnavailable: 1 always does',
  ],
  [
    'a budget that rounds up to all',
    { replicas: 3, idleReplicas: 1, podDisruptionBudget: { minAvailable: '1%' } },
    'podDisruptionBudget.minAvailable: expected to leave a Pod that can be evicted: green has 1; maxUnavailable: 1 always does',
  ],
  [
    'a budget of nothing',
    { podDisruptionBudget: { maxUnavailable: '0%' } },
    'podDisruptionBudget.maxUnavailable: expected more than 0: no node could ever be drained',
  ],
  [
    'two budgets',
    { podDisruptionBudget: { maxUnavailable: 1, minAvailable: 1 } },
    'podDisruptionBudget: expected either minAvailable or maxUnavailable',
  ],
  ['no budget', { podDisruptionBudget: {} }, 'podDisruptionBudget: expected either minAvailable or maxUnavailable'],
])('%s is not valid', (_, more, problem) => {
  expect(problemsOf(more)).toEqual([problem]);
});
