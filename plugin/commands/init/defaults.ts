import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../core/kubernetes.js';

/** Whatever the value: the server's own. */
const ANY = Symbol('any value');

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
const PROBE = {
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
  'httpGet.scheme': 'HTTP',
  'httpGet.path': '/',
};

const CONTAINER = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  resources: {},
  securityContext: {},
  'ports[].protocol': 'TCP',
  'env[].value': '',
  'env[].valueFrom.fieldRef.apiVersion': 'v1',
  ...under('startupProbe', PROBE),
  ...under('livenessProbe', PROBE),
  ...under('readinessProbe', PROBE),
};

const POD = {
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
  // Another name of serviceAccountName.
  serviceAccount: ANY,
  ...under('containers[]', CONTAINER),
  ...under('initContainers[]', CONTAINER),
};

const SCALE_DOWN_POLICIES = [{ type: 'Percent', value: 100, periodSeconds: 15 }];

/** A selector that says nothing is the same as an empty one. */
const PEER = { 'podSelector.matchLabels': {}, 'namespaceSelector.matchLabels': {} };

/** What the server fills in where a manifest says nothing. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Deployment: {
    'spec.replicas': 1,
    'spec.progressDeadlineSeconds': 600,
    'spec.revisionHistoryLimit': 10,
    'spec.template.metadata.creationTimestamp': null,
    ...under('spec.template.spec', POD),
  },
  Service: {
    'spec.type': 'ClusterIP',
    'spec.clusterIP': ANY,
    'spec.clusterIPs': ANY,
    'spec.ipFamilies': ANY,
    'spec.ipFamilyPolicy': 'SingleStack',
    'spec.internalTrafficPolicy': 'Cluster',
    'spec.externalTrafficPolicy': 'Cluster',
    'spec.allocateLoadBalancerNodePorts': true,
    'spec.healthCheckNodePort': ANY,
    'spec.sessionAffinity': 'None',
    'spec.ports[].protocol': 'TCP',
    'spec.ports[].nodePort': ANY,
  },
  HorizontalPodAutoscaler: {
    'spec.minReplicas': 1,
    'spec.behavior.scaleUp': {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ],
    },
    'spec.behavior.scaleDown.selectPolicy': 'Max',
    'spec.behavior.scaleDown.policies': SCALE_DOWN_POLICIES,
  },
  NetworkPolicy: {
    ...under('spec.ingress[].from[]', PEER),
    ...under('spec.egress[].to[]', PEER),
    'spec.ingress[].ports[].protocol': 'TCP',
    'spec.egress[].ports[].protocol': 'TCP',
  },
};

/** Annotations that programs leave behind, and that no manifest has. */
const LEFT_BEHIND = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'kubectl.kubernetes.io/restartedAt',
];

/** An object without what the server filled in: as a manifest would say it. */
export function withoutDefaults<T extends KubernetesObject>(object: T): T {
  const { status, ...rest } = object as T & { status?: unknown };
  const { name, namespace, labels, annotations } = object.metadata;
  const own = Object.entries(annotations ?? {}).filter(([key]) => !LEFT_BEHIND.includes(key));
  const metadata = { name, namespace, labels, ...(own.length > 0 && { annotations: Object.fromEntries(own) }) };
  const defaults = { ...DEFAULTS[object.kind], ...leftBehindInPods() };
  // A headless Service has no address, which is no choice of the server.
  if ((object as { spec?: { clusterIP?: string } }).spec?.clusterIP === 'None')
    for (const key of ['spec.clusterIP', 'spec.clusterIPs']) delete defaults[key];
  return strip({ ...rest, metadata }, '', defaults) as T;
}

function leftBehindInPods(): Record<string, unknown> {
  return Object.fromEntries(LEFT_BEHIND.map((name) => [`spec.template.metadata.annotations.${name}`, ANY]));
}

function strip(value: unknown, path: string, defaults: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((item) => strip(item, `${path}[]`, defaults));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, field]): [string, unknown][] => {
    const at = path === '' ? key : `${path}.${key}`;
    const kept = strip(field, at, defaults);
    const isDefault = Object.hasOwn(defaults, at) && (defaults[at] === ANY || isDeepStrictEqual(kept, defaults[at]));
    const isEmptied = at === 'spec.template.metadata.annotations' && isDeepStrictEqual(kept, {});
    return kept === undefined || isDefault || isEmptied ? [] : [[key, kept]];
  });
  return Object.fromEntries(entries);
}

function under(path: string, fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [`${path}.${key}`, value]));
}
