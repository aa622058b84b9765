import type { Shape } from './shape.js';

/** The fields that the plugin reads of the objects in manifests. */
const TEXTS: Shape = { mapOf: 'text' };
const METADATA: Shape = { may: { namespace: 'text', labels: TEXTS, annotations: TEXTS } };
const NUMBER_OR_TEXT: Shape = { oneOf: ['number', 'text'] };

const PROBE: Shape = {
  may: {
    httpGet: {
      must: { port: NUMBER_OR_TEXT },
      may: { path: 'text', scheme: 'text', httpHeaders: { listOf: { must: { name: 'text', value: 'text' } } } },
    },
  },
};
const AMOUNTS: Shape = { mapOf: NUMBER_OR_TEXT };
const CONTAINER: Shape = {
  must: { name: 'text' },
  may: {
    image: 'text',
    ports: { listOf: { must: { containerPort: 'number' }, may: { name: 'text' } } },
    env: { listOf: { must: { name: 'text' } } },
    envFrom: { listOf: {} },
    readinessProbe: PROBE,
    livenessProbe: PROBE,
    startupProbe: PROBE,
    resources: { may: { requests: AMOUNTS, limits: AMOUNTS } },
  },
};
const TEMPLATE: Shape = {
  must: { spec: { must: { containers: { listOf: CONTAINER } }, may: { initContainers: { listOf: CONTAINER } } } },
  may: { metadata: METADATA },
};

/** Kinds whose fields are read, by their names. */
const SPECS: Readonly<Record<string, Shape>> = {
  Deployment: {
    must: { template: TEMPLATE },
    may: {
      replicas: 'amount',
      selector: { may: { matchLabels: TEXTS } },
      strategy: {
        may: { type: 'text', rollingUpdate: { may: { maxSurge: NUMBER_OR_TEXT, maxUnavailable: NUMBER_OR_TEXT } } },
      },
    },
  },
  Service: { may: { type: 'text', selector: TEXTS, ports: { listOf: { must: { port: 'number' } } } } },
  HorizontalPodAutoscaler: {
    must: { scaleTargetRef: { must: { kind: 'text', name: 'text' } } },
    may: { minReplicas: 'amount', maxReplicas: 'amount' },
  },
  PodDisruptionBudget: { may: { selector: { may: { matchLabels: TEXTS } } } },
};

/** What an object of a manifest must look like, whatever its kind. */
export const OBJECT: Shape = { must: { apiVersion: 'text', kind: 'text', metadata: { must: { name: 'text' } } } };

/** As OBJECT, with the fields of its kind. */
export function objectShape(kind: string): Shape {
  const spec = Object.hasOwn(SPECS, kind) ? SPECS[kind] : undefined;
  return { must: { metadata: METADATA, ...(spec && { spec }) } };
}

const ATTEMPTS = { name: 'text', timeoutSeconds: 'amount', retries: 'amount', intervalSeconds: 'amount' } as const;
const METRIC: Shape = {
  must: { name: 'text' },
  may: { labels: TEXTS, min: 'number', max: 'number', present: 'boolean', combine: 'text' },
};

/** A check of each kind, by the field that tells its kind. */
export const CHECKS: Readonly<Record<'path' | 'tcp' | 'command', Shape>> = {
  path: {
    must: { ...ATTEMPTS, path: 'text', status: { listOf: 'number' } },
    may: {
      port: 'number',
      requestHeaders: TEXTS,
      headers: TEXTS,
      bodyContains: 'text',
      json: { mapOf: 'anything' },
      metrics: { listOf: METRIC },
      maxLatencyMs: 'amount',
    },
  },
  tcp: { must: { ...ATTEMPTS, tcp: { may: { port: 'number' } } } },
  command: { must: { ...ATTEMPTS, command: { listOf: 'text' } } },
};

/** The part of a policy that the active Service carries. */
export const RELEASE_POLICY: Shape = {
  must: {
    promotion: {
      must: { confirm: 'boolean', soakSeconds: 'amount', automaticRollback: 'boolean' },
      may: { ignoreEventReasons: { listOf: 'text' }, switch: 'text', overlapSeconds: 'amount' },
    },
  },
};

/** The part that a Deployment carries, without its checks, each of which is of one of CHECKS. */
export const VERSION_POLICY: Shape = {
  must: {
    container: 'text',
    port: 'number',
    checks: { listOf: {} },
    rollout: {
      must: { timeoutSeconds: 'amount', replace: 'text', maxSurge: NUMBER_OR_TEXT, maxUnavailable: NUMBER_OR_TEXT },
    },
  },
  may: {
    migrations: {
      must: {
        apiVersion: 'text',
        kind: 'text',
        metadata: { may: { labels: TEXTS, annotations: TEXTS } },
        spec: { must: { activeDeadlineSeconds: 'amount', template: TEMPLATE } },
      },
    },
  },
};

const RECORD = { id: 'text', kind: 'text', from: 'text', to: 'text', by: 'text', at: 'text', outcome: 'text' } as const;

/** What the active Service says of the last operation. */
export const OPERATION: Shape = { must: RECORD, may: { template: 'text' } };
/** An entry of the history beside it. */
export const HISTORY_ENTRY: Shape = { must: RECORD, may: { fromVersion: 'text', toVersion: 'text', message: 'text' } };
/** What the Deployments say of the color that had the traffic last. */
export const SERVED: Shape = { must: { color: 'text', operationId: 'text', at: 'text' }, may: { version: 'text' } };
/** What the active Service says of a version that failed. */
export const HOLD: Shape = {
  must: { color: 'text', version: 'text', template: 'text', why: 'text', by: 'text', at: 'text', operationId: 'text' },
};
/** What a Deployment says of its last undo. */
export const UNDO: Shape = {
  must: { id: 'text', fromVersion: 'text', toVersion: 'text', by: 'text', at: 'text', outcome: 'text' },
  may: { from: 'number', to: 'number' },
};
