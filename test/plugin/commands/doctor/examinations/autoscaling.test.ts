import { describe, expect, test } from '@jest/globals';
import { autoscaling } from '../../../../../plugin/commands/doctor/examinations/autoscaling.js';
import type { Autoscaler } from '../../../../../plugin/commands/doctor/kinds.js';
import { detailed, factsOf, healthyState } from '../facts.js';

const hpa = (
  color: string,
  spec: Partial<Autoscaler['spec']> = {},
  status: Autoscaler['status'] = {},
  name = `shop-${color}`,
): Autoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name },
  spec: { scaleTargetRef: { kind: 'Deployment', name: `shop-${color}` }, minReplicas: 2, maxReplicas: 4, ...spec },
  status,
});
const condition = (type: string, status: string, reason: string, message = '') => ({
  conditions: [{ type, status, reason, message }],
});
const blueAt = (replicas: number) => {
  const blue = detailed('blue', 'v1');
  return { deployments: { ...healthyState().deployments, blue: { ...blue, spec: { ...blue.spec, replicas } } } };
};
const noMetrics = condition(
  'ScalingActive',
  'False',
  'FailedGetResourceMetric',
  'unable to fetch metrics from resource metrics API',
);

describe('autoscalers', () => {
  test('of both colors that can scale are no finding, nor is a release without any', () => {
    expect(autoscaling.examine(factsOf({ autoscalers: [hpa('blue'), hpa('green')] }))).toEqual([]);
    expect(autoscaling.examine(factsOf())).toEqual([]);
  });

  test.each<[string, string, string, Autoscaler[], string]>([
    [
      'autoscaler-no-metrics',
      'problem',
      'traffic',
      [hpa('blue', {}, noMetrics), hpa('green')],
      'describe apiservices v1beta1.metrics.k8s.io',
    ],
    [
      'autoscaler-no-metrics',
      'warning',
      'promotion',
      [hpa('blue'), hpa('green', {}, noMetrics)],
      'describe apiservices v1beta1.metrics.k8s.io',
    ],
    [
      'autoscaler-inactive',
      'problem',
      'traffic',
      [hpa('blue', {}, condition('AbleToScale', 'False', 'FailedGetScale')), hpa('green')],
      'delete hpa/shop-blue',
    ],
    [
      'autoscaler-min',
      'warning',
      'promotion',
      [hpa('blue'), hpa('green', { minReplicas: 3 })],
      '{"spec":{"minReplicas":2}}',
    ],
    [
      'autoscaler-max',
      'problem',
      'promotion',
      [hpa('blue'), hpa('green', { minReplicas: 1, maxReplicas: 1 })],
      '{"spec":{"maxReplicas":2}}',
    ],
    [
      'autoscaler-raises-idle',
      'warning',
      'promotion',
      [hpa('blue'), hpa('green', {}, { desiredReplicas: 4 })],
      '{"spec":{"maxReplicas":2}}',
    ],
    [
      'autoscaler-at-max',
      'warning',
      'traffic',
      [hpa('blue', {}, condition('ScalingLimited', 'True', 'TooManyReplicas')), hpa('green')],
      '{"spec":{"maxReplicas":8}}',
    ],
    [
      'autoscaler-one-color',
      'warning',
      'promotion',
      [hpa('blue')],
      'autoscale deployment/shop-green --min=2 --max=4 --cpu-percent=80',
    ],
    [
      'autoscalers-several',
      'problem',
      'traffic',
      [hpa('blue'), hpa('blue', {}, {}, 'second'), hpa('green')],
      'delete hpa/second',
    ],
  ])('%s is a %s for %s', (id, severity, affects, autoscalers, fix) => {
    expect(autoscaling.examine(factsOf({ autoscalers }))).toEqual([
      expect.objectContaining({ id, severity, affects, fix: expect.stringContaining(fix) }),
    ]);
  });

  test('that are off, at 0 replicas, are as they should be', () => {
    const off = condition('ScalingActive', 'False', 'ScalingDisabled');
    const green = detailed('green', 'v0');
    const deployments = { ...healthyState().deployments, green: { ...green, spec: { ...green.spec, replicas: 0 } } };
    const autoscalers = [hpa('blue'), hpa('green', {}, off)];
    expect(autoscaling.examine(factsOf({ state: { deployments }, autoscalers }))).toEqual([]);
  });

  test('of the idle color that come down from the size of the active one are left to it', () => {
    const autoscalers = [hpa('blue'), hpa('green', {}, { desiredReplicas: 4 })];
    expect(autoscaling.examine(factsOf({ state: blueAt(4), autoscalers }))).toEqual([]);
  });
});
