import type { ReleaseInput } from '../../charts/index.js';

/** A release that says something in every field; numbers and texts are different everywhere, so that each can be found again. */
export const EVERYTHING = {
  name: 'everything',
  namespace: 'every-namespace',
  active: 'green',
  image: { repository: 'registry.example.com/every', pullPolicy: 'Always', pullSecrets: ['pull-secret'] },
  colors: {
    blue: { version: 'blue-version', digest: `sha256:${'b'.repeat(64)}`, config: { OWN_BLUE: 'own-blue' } },
    green: { version: 'green-version', digest: `sha256:${'c'.repeat(64)}`, config: { OWN_GREEN: 'own-green' } },
  },
  rollout: { maxSurge: '41%', maxUnavailable: '42%', replace: 'gradually', timeoutSeconds: 4301 },
  container: { name: 'every-container', command: ['every-command'], args: ['every-argument'] },
  ports: [{ name: 'every-port', containerPort: 4401, servicePort: 4402 }],
  env: {
    PLAIN: 'plain-value',
    COLOR: { releaseField: 'color' },
    FROM_SECRET: { secretKeyRef: { name: 'secret-name', key: 'secret-key', optional: true } },
    FROM_CONFIG_MAP: { configMapKeyRef: { name: 'config-name', key: 'config-key', optional: false } },
    FROM_FIELD: { fieldRef: { fieldPath: 'status.hostIP' } },
  },
  config: { scope: 'color', data: { CONFIGURED: 'configured-value' } },
  resources: {
    requests: { cpu: '451m', memory: '452Mi', 'ephemeral-storage': '453Mi' },
    limits: { cpu: '461m', memory: '462Mi', 'ephemeral-storage': '463Mi' },
  },
  startupProbe: {
    httpGet: {
      path: '/startup',
      port: 4701,
      scheme: 'HTTP',
      host: 'startup.example.com',
      httpHeaders: [{ name: 'X-Startup', value: 'startup-value' }],
    },
    initialDelaySeconds: 4702,
    periodSeconds: 4703,
    timeoutSeconds: 4704,
    failureThreshold: 4705,
    successThreshold: 1,
    terminationGracePeriodSeconds: 4706,
  },
  livenessProbe: {
    httpGet: {
      path: '/liveness',
      port: 4801,
      scheme: 'HTTPS',
      host: 'liveness.example.com',
      httpHeaders: [{ name: 'X-Liveness', value: 'liveness-value' }],
    },
    initialDelaySeconds: 4802,
    periodSeconds: 4803,
    timeoutSeconds: 4804,
    failureThreshold: 4805,
    successThreshold: 1,
    terminationGracePeriodSeconds: 4806,
  },
  readinessProbe: {
    httpGet: {
      path: '/readiness',
      port: 4901,
      scheme: 'HTTPS',
      host: 'readiness.example.com',
      httpHeaders: [{ name: 'X-Readiness', value: 'readiness-value' }],
    },
    initialDelaySeconds: 4902,
    periodSeconds: 4903,
    timeoutSeconds: 4904,
    failureThreshold: 4905,
    successThreshold: 4906,
  },
  preStopSeconds: 5001,
  terminationGracePeriodSeconds: 5002,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 5101,
    runAsGroup: 5102,
    fsGroup: 5103,
    readOnlyRootFilesystem: false,
    allowPrivilegeEscalation: true,
    capabilities: { drop: ['CHOWN'], add: ['NET_BIND_SERVICE'] },
    seccompProfile: 'Unconfined',
  },
  serviceAccount: {
    create: true,
    name: 'every-account',
    annotations: { 'account-annotation': 'account-value' },
    automountToken: true,
  },
  nodeSelector: { 'node-label': 'node-value' },
  tolerations: [
    { key: 'taint', operator: 'Equal', value: 'taint-value', effect: 'NoExecute', tolerationSeconds: 5201 },
  ],
  antiAffinity: { betweenColors: 'required', topologyKey: 'anti-affinity-place' },
  topologySpreadConstraints: [{ topologyKey: 'spread-place', maxSkew: 5301, whenUnsatisfiable: 'DoNotSchedule' }],
  labels: { 'every-label': 'label-value' },
  annotations: { 'every-annotation': 'annotation-value' },
  podAnnotations: { 'pod-annotation': 'pod-annotation-value' },
  service: { type: 'NodePort', annotations: { 'service-annotation': 'service-value' } },
  autoscaling: {
    minReplicas: 5401,
    maxReplicas: 5402,
    averageCpuUtilizationPercent: 5403,
    averageMemoryUtilizationPercent: 5404,
    scaleDownStabilizationSeconds: 3405,
  },
  podDisruptionBudget: { minAvailable: '54%' },
  ingress: {
    className: 'ingress-class',
    annotations: { 'ingress-annotation': 'ingress-value' },
    hosts: ['active.example.com'],
    previewHosts: ['preview.example.com'],
    path: '/ingress',
    tlsSecretName: 'tls-secret',
  },
  networkPolicy: {
    ingressFrom: [
      {
        podSelector: { 'peer-pod': 'peer-pod-value' },
        namespaceSelector: { 'peer-namespace': 'peer-namespace-value' },
      },
      { ipBlock: { cidr: '10.0.0.0/8', except: ['10.55.0.0/16'] } },
    ],
    egress: [
      {
        to: [
          {
            podSelector: { 'target-pod': 'target-pod-value' },
            namespaceSelector: { 'target-namespace': 'target-value' },
          },
          { ipBlock: { cidr: 'fd00::/8', except: ['fd55::/16'] } },
        ],
        ports: [{ port: 5501, protocol: 'SCTP' }],
      },
    ],
  },
  migrations: {
    command: ['migrate-command'],
    args: ['migrate-argument'],
    image: `registry.example.com/migrate:tag@sha256:${'d'.repeat(64)}`,
    env: {
      MIGRATE_PLAIN: 'migrate-value',
      MIGRATE_SECRET: { secretKeyRef: { name: 'migrate-secret', key: 'migrate-secret-key', optional: true } },
      MIGRATE_CONFIG: { configMapKeyRef: { name: 'migrate-config', key: 'migrate-config-key', optional: false } },
      MIGRATE_FIELD: { fieldRef: { fieldPath: 'spec.nodeName' } },
    },
    resources: {
      requests: { cpu: '351m', memory: '352Mi', 'ephemeral-storage': '353Mi' },
      limits: { cpu: '361m', memory: '362Mi', 'ephemeral-storage': '363Mi' },
    },
    backoffLimit: 37,
    activeDeadlineSeconds: 5901,
  },
  checks: [
    {
      name: 'every-check',
      path: '/check',
      port: 5601,
      status: [561],
      requestHeaders: { 'X-Request': 'request-value' },
      headers: { 'X-Response': 'response-value' },
      bodyContains: 'body-text',
      json: { 'json.path': 'json-value' },
      timeoutSeconds: 562,
      retries: 563,
      intervalSeconds: 564,
    },
  ],
  promotion: { confirm: false, soakSeconds: 5701, automaticRollback: false },
} satisfies ReleaseInput;

/** The fields that EVERYTHING cannot have because others of it forbid them. */
export const INSTEAD = {
  autoscaling: undefined,
  replicas: 5802,
  idleReplicas: 5801,
  colors: { blue: { version: 'blue-version', replicas: 5803 }, green: { version: 'green-version', replicas: 5804 } },
  podDisruptionBudget: { maxUnavailable: '58%' },
} satisfies Partial<ReleaseInput>;
