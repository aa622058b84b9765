import { DEFAULT_CHECKS } from '../../charts/default-checks.js';
import type { Color } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import type {
  Deployment,
  EndpointSlice,
  HorizontalPodAutoscaler,
  Pod,
  ReplicaSet,
  Service,
} from '../../plugin/core/kubernetes.js';
import type { PlanInput, Policies } from '../../plugin/plan/input.js';
import { type Operation, operationAnnotation } from '../../plugin/plan/operation.js';
import type { State } from '../../plugin/plan/state.js';

/** Builders of the objects of a release named shop, as an API server would show them. */

export const POLICY: Policy = {
  container: 'shop',
  port: 3000,
  checks: DEFAULT_CHECKS,
  rollout: { timeoutSeconds: 300, replace: 'together', maxSurge: 1, maxUnavailable: 0 },
  promotion: { confirm: true, soakSeconds: 0, automaticRollback: true },
};

export function service(name: string, color: Color, operation?: Partial<Operation>, selector = {}): Service {
  const whole: Operation = {
    id: 'op-1',
    kind: 'promote',
    from: color === 'blue' ? 'green' : 'blue',
    to: color,
    by: 'ada@host',
    at: '2026-01-02T03:04:05.000Z',
    outcome: 'complete',
    ...operation,
  };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      uid: `uid-${name}`,
      resourceVersion: '100',
      labels: { app: 'shop' },
      ...(operation && { annotations: operationAnnotation(whole) }),
    },
    spec: { selector: { app: 'shop', version: color, ...selector } },
  };
}

export function deployment(color: Color, version: string, more: Partial<Deployment['spec']> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: `shop-${color}`,
      uid: `uid-${color}`,
      generation: 1,
      resourceVersion: '7',
      labels: { app: 'shop', version: color },
    },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'shop', version: color } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { spec: { containers: [{ name: 'shop', image: `registry.example:5000/shop:${version}` }] } },
      ...more,
    },
    status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
  };
}

export function replicaSet(color: Color, hash: string, revision: number): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `shop-${color}-${hash}`,
      labels: { app: 'shop', version: color, 'pod-template-hash': hash },
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: [{ kind: 'Deployment', name: `shop-${color}`, uid: `uid-${color}` }],
    },
    spec: { template: { spec: { containers: [] } } },
  };
}

export function autoscaler(name: string, deployment: string, minReplicas?: number): HorizontalPodAutoscaler {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: { scaleTargetRef, ...(minReplicas !== undefined && { minReplicas }), maxReplicas: 9 },
  };
}

export function pod(color: Color, name: string, { ready = true, hash = 'h1', ...more }: PodOptions = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: `uid-${name}`,
      labels: { app: 'shop', version: color, 'pod-template-hash': hash },
      ...(more.terminating && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    },
    spec: { containers: [{ name: 'shop', image: 'registry.example:5000/shop:v1' }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [
        {
          name: 'shop',
          ready,
          restartCount: more.restarts ?? 0,
          state: more.waiting ? { waiting: more.waiting } : { running: {} },
        },
      ],
    },
  };
}

interface PodOptions {
  ready?: boolean;
  hash?: string;
  terminating?: boolean;
  restarts?: number;
  waiting?: { reason: string; message?: string };
}

export function slice(serviceName: string, pods: readonly Pod[], ready: boolean | 'unset' = true): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${serviceName}-x`,
      labels: {
        'kubernetes.io/service-name': serviceName,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    },
    ports: [{ port: 80 }],
    endpoints: pods.map((one, index) => ({
      addresses: [`10.0.0.${index + 1}`],
      conditions: ready === 'unset' ? {} : { ready },
      targetRef: { kind: 'Pod', name: one.metadata.name, uid: one.metadata.uid ?? '' },
    })),
  };
}

/** Blue has the traffic and runs v1, green idles on v0; each with two ready Pods. */
export function stateOf(more: Partial<State> = {}): State {
  const pods = [pod('blue', 'b1'), pod('blue', 'b2'), pod('green', 'g1'), pod('green', 'g2')];
  return {
    release: 'shop',
    namespace: 'store',
    active: service('shop-active', 'blue', {}),
    preview: service('shop-preview', 'green'),
    colorServices: { blue: service('shop-blue', 'blue'), green: service('shop-green', 'green') },
    deployments: { blue: deployment('blue', 'v1'), green: deployment('green', 'v0') },
    replicaSets: [replicaSet('blue', 'h1', 1), replicaSet('green', 'h1', 1)],
    pods,
    endpointSlices: [
      slice('shop-active', pods.slice(0, 2)),
      slice('shop-blue', pods.slice(0, 2)),
      slice('shop-green', pods.slice(2)),
    ],
    ...more,
  };
}

/** @param policy - of both colors */
export function inputOf({ policy = POLICY, ...more }: Partial<PlanInput> & { policy?: Policy } = {}): PlanInput {
  return { state: stateOf(), policies: bothColors(policy), intent: { target: {} }, live: new Map(), ...more };
}

export const bothColors = (policy: Policy): Policies => ({ blue: policy, green: policy });
