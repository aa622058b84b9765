import { COLORS, type Color, deploymentName, otherColor } from '../../../../charts/names.js';
import { scales } from '../../../plan/autoscaler.js';
import { affects, type Examination, type Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { Autoscaler } from '../kinds.js';
import { kubectl, kubectlCluster, merge } from '../remedies.js';

const METRICS_SERVER = 'https://github.com/kubernetes-sigs/metrics-server';

/** HorizontalPodAutoscalers against a release that sets the replicas of its idle color by itself. */
export const autoscaling: Examination = {
  id: 'autoscaling',
  what: 'HorizontalPodAutoscalers can read metrics, and fit both colors',
  needs: ['deployments', 'horizontalpodautoscalers'],
  examine: (facts) => COLORS.flatMap((color) => ofColor(facts, color)),
};

const scaling = (facts: Facts, color: Color) =>
  facts.autoscalers.filter((one) => scales(one, deploymentName(facts.release, color)));

function ofColor(facts: Facts, color: Color): Finding[] {
  const own = scaling(facts, color);
  const [first, second] = own;
  const other = scaling(facts, otherColor(color))[0];
  if (!first) return other ? [oneColorOnly(facts, color, other)] : [];
  if (second)
    return [
      finding(facts, color, second, {
        id: 'autoscalers-several',
        severity: 'problem',
        what: `${own.map(({ metadata }) => `horizontalpodautoscaler "${metadata.name}"`).join(' and ')} scale the same Deployment of ${color}`,
        why: 'neither acts while both are there',
        fix: kubectl(facts, 'delete', `hpa/${second.metadata.name}`),
      }),
    ];
  return [...blind(facts, color, first), ...bounds(facts, color, first), ...idleRaised(facts, color, first)];
}

type Rest = Omit<Finding, 'affects' | 'object'>;

const finding = (facts: Facts, color: Color, { metadata }: Autoscaler, rest: Rest): Finding => ({
  affects: affects(facts, color),
  object: `horizontalpodautoscaler.autoscaling/${metadata.name}`,
  ...rest,
});

function oneColorOnly(facts: Facts, color: Color, other: Autoscaler): Finding {
  const { minReplicas = 1, maxReplicas } = other.spec;
  const name = deploymentName(facts.release, color);
  return finding(facts, color, other, {
    id: 'autoscaler-one-color',
    severity: 'warning',
    what: `horizontalpodautoscaler "${other.metadata.name}" scales ${otherColor(color)}, and none scales ${color}`,
    why: `while ${color} has the traffic, nothing answers a rising load`,
    fix: kubectl(
      facts,
      'autoscale',
      `deployment/${name}`,
      `--min=${minReplicas}`,
      `--max=${maxReplicas}`,
      '--cpu-percent=80',
    ),
  });
}

/** @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#status-conditions */
function blind(facts: Facts, color: Color, autoscaler: Autoscaler): Finding[] {
  const { name } = autoscaler.metadata;
  const bad = autoscaler.status?.conditions?.find(
    ({ type, status, reason }) =>
      (type === 'ScalingActive' || type === 'AbleToScale') && status === 'False' && reason !== 'ScalingDisabled',
  );
  if (!bad) return [];
  const isMetrics = /Metric/.test(bad.reason ?? '');
  const isFromServer = isMetrics && /metrics\.k8s\.io|resource metric/.test(bad.message ?? '');
  const serves = affects(facts, color) === 'traffic';
  return [
    finding(facts, color, autoscaler, {
      id: isMetrics ? 'autoscaler-no-metrics' : 'autoscaler-inactive',
      severity: serves ? 'problem' : 'warning',
      what: `horizontalpodautoscaler "${name}" does not scale ${color}: ${bad.reason}: ${bad.message}`,
      why: `the number of Pods stays what it is, whatever the load${isFromServer ? `; ${METRICS_SERVER} gives the metrics` : ''}`,
      fix: isFromServer
        ? kubectlCluster(facts, 'describe', 'apiservices', 'v1beta1.metrics.k8s.io')
        : kubectl(facts, 'delete', `hpa/${name}`),
    }),
  ];
}

function bounds(facts: Facts, color: Color, autoscaler: Autoscaler): Finding[] {
  const { name } = autoscaler.metadata;
  const { minReplicas = 1, maxReplicas } = autoscaler.spec;
  const replicas = facts.state.deployments[color]?.spec.replicas ?? 1;
  const others = facts.state.deployments[otherColor(color)]?.spec.replicas ?? 0;
  const deployment = deploymentName(facts.release, color);
  // At 0 replicas an autoscaler is off.
  if (replicas > 0 && replicas < minReplicas)
    return [
      finding(facts, color, autoscaler, {
        id: 'autoscaler-min',
        severity: 'warning',
        what: `horizontalpodautoscaler "${name}" wants at least ${minReplicas} replicas of deployment "${deployment}", which has ${replicas}`,
        why: 'it raises what a deploy or a cleanup has set, again and again',
        fix: merge(facts, 'hpa', name, { spec: { minReplicas: replicas } }),
      }),
    ];
  if (affects(facts, color) === 'promotion' && others > maxReplicas)
    return [
      finding(facts, color, autoscaler, {
        id: 'autoscaler-max',
        severity: 'problem',
        what: `horizontalpodautoscaler "${name}" allows ${color} ${maxReplicas} replicas, and ${otherColor(color)} has ${others}`,
        why: `after a switch ${color} would be scaled below what the load needs`,
        fix: merge(facts, 'hpa', name, { spec: { maxReplicas: others } }),
      }),
    ];
  const limited = autoscaler.status?.conditions?.find(
    ({ type, status, reason }) => type === 'ScalingLimited' && status === 'True' && reason === 'TooManyReplicas',
  );
  if (!limited) return [];
  return [
    finding(facts, color, autoscaler, {
      id: 'autoscaler-at-max',
      severity: 'warning',
      what: `horizontalpodautoscaler "${name}" is at its maxReplicas, ${maxReplicas}, and wants more`,
      why: 'the load is more than it may answer with Pods',
      fix: merge(facts, 'hpa', name, { spec: { maxReplicas: maxReplicas * 2 } }),
    }),
  ];
}

/** A color without traffic that is above its minimum was raised by a metric that does not follow the traffic. */
function idleRaised(facts: Facts, color: Color, { metadata, spec, status }: Autoscaler): Finding[] {
  const { minReplicas = 1 } = spec;
  const desired = status?.desiredReplicas ?? 0;
  const active = facts.state.deployments[otherColor(color)]?.spec.replicas ?? 0;
  // A promotion raises the idle color to the active one's replicas, and the autoscaler comes down from there by itself.
  if (affects(facts, color) === 'traffic' || desired <= Math.max(minReplicas, active)) return [];
  return [
    finding(facts, color, { metadata, spec } as Autoscaler, {
      id: 'autoscaler-raises-idle',
      severity: 'warning',
      what: `horizontalpodautoscaler "${metadata.name}" scales ${color} to ${desired} replicas, although it has no traffic`,
      why: 'its metric does not follow the traffic of that color: Pods without traffic take room and money',
      fix: merge(facts, 'hpa', metadata.name, { spec: { maxReplicas: Math.max(minReplicas, active) } }),
    }),
  ];
}
