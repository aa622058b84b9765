import { POLICY_ANNOTATION } from '../../../../charts/names.js';
import type { Policy } from '../../../../charts/policy.js';
import type { Facts } from '../../../../plugin/commands/doctor/facts.js';
import type { WarningEvent } from '../../../../plugin/commands/doctor/kinds.js';
import type { Deployment, Pod, ReplicaSet } from '../../../../plugin/core/kubernetes.js';
import type { PodSpecDetail } from '../../../../plugin/plan/pod-spec.js';
import type { State } from '../../../../plugin/plan/state.js';
import { bothColors, deployment, POLICY, pod, replicaSet, service, slice, stateOf } from '../../cluster-objects.js';

export const NOW = Date.parse('2026-01-02T04:00:00Z');

/** A Deployment as the charts make it: with labels, a port, probes and a ConfigMap. */
export function detailed(color: 'blue' | 'green', version: string, more: Partial<PodSpecDetail> = {}): Deployment {
  const plain = deployment(color, version);
  const probe = { httpGet: { path: '/health/ready', port: 'http' } };
  const container = {
    name: 'shop',
    image: `registry.example:5000/shop:${version}`,
    imagePullPolicy: 'IfNotPresent',
    ports: [{ name: 'http', containerPort: 3000 }],
    env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'shop-config', key: 'A' } } }],
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
    startupProbe: probe,
    readinessProbe: probe,
    livenessProbe: probe,
  };
  const spec = { containers: [container], ...more } as Deployment['spec']['template']['spec'];
  const template = { metadata: { labels: { app: 'shop', version: color } }, spec };
  return { ...plain, spec: { ...plain.spec, template } };
}

/** A Pod as its ReplicaSet makes it, with the spec of its template. */
export function ownedPod(color: 'blue' | 'green', name: string, more: Parameters<typeof pod>[2] = {}, spec = {}): Pod {
  const made = pod(color, name, more);
  const owner = { kind: 'ReplicaSet', name: `shop-${color}-${more.hash ?? 'h1'}`, uid: 'uid-rs', controller: true };
  const created = { creationTimestamp: '2026-01-02T03:00:00Z', ownerReferences: [owner] };
  const containers = detailed(color, 'v1').spec.template.spec.containers;
  return { ...made, metadata: { ...made.metadata, ...created }, spec: { ...made.spec, containers, ...spec } };
}

export function healthyState(more: Partial<State> = {}): State {
  const pods = [ownedPod('blue', 'b1'), ownedPod('blue', 'b2'), ownedPod('green', 'g1'), ownedPod('green', 'g2')];
  const active = service('shop-active', 'blue', {});
  active.metadata.annotations = { ...active.metadata.annotations, [POLICY_ANNOTATION]: JSON.stringify(POLICY) };
  return stateOf({
    active,
    deployments: { blue: detailed('blue', 'v1'), green: detailed('green', 'v0') },
    pods,
    endpointSlices: [
      slice('shop-active', pods.slice(0, 2)),
      slice('shop-blue', pods.slice(0, 2)),
      slice('shop-green', pods.slice(2)),
    ],
    ...more,
  });
}

type Given = Partial<Omit<Facts, 'state'>> & { state?: Partial<State>; policy?: Policy };

/** A release of which nothing is wrong, and what differs from it. */
export function factsOf({ state, policy = POLICY, ...more }: Given = {}): Facts {
  return {
    release: 'shop',
    namespace: 'store',
    now: NOW,
    clusterFlags: ['--context=prod'],
    state: healthyState(state),
    policies: bothColors(policy),
    policyErrors: [],
    events: [],
    quotas: [],
    services: [],
    autoscalers: [],
    budgets: [],
    nodes: [],
    jobs: [],
    jobPods: [],
    configMaps: new Map([['shop-config', new Set(['A'])]]),
    secrets: new Map(),
    serviceAccounts: new Map([['default', 'exists' as const]]),
    checks: [],
    logs: new Map(),
    rights: [],
    live: new Map(),
    filenames: [],
    unread: new Map(),
    ...more,
  };
}

/** A state with Pods of green in place of the healthy ones. */
export function greenPods(...pods: Pod[]): Partial<State> {
  return { pods: [ownedPod('blue', 'b1'), ownedPod('blue', 'b2'), ...pods] };
}

export function bluePods(...pods: Pod[]): Partial<State> {
  return { pods: [...pods, ownedPod('green', 'g1'), ownedPod('green', 'g2')] };
}

export function waiting(reason: string, message?: string) {
  return { ready: false, waiting: { reason, ...(message !== undefined && { message }) } };
}

export function warning(kind: string, name: string, reason: string, message: string): WarningEvent {
  const metadata = { name: `${name}.1` };
  return { apiVersion: 'v1', kind: 'Event', metadata, involvedObject: { kind, name }, reason, message };
}

/** An earlier ReplicaSet of a color, to go back to. */
export const earlier = (color: 'blue' | 'green'): ReplicaSet[] => [
  replicaSet(color, 'h0', 0),
  replicaSet(color, 'h1', 1),
];
