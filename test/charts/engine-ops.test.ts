import { expect, test } from '@jest/globals';
import { readRelease } from '../../charts/index.js';
import type { Color } from '../../charts/names.js';
import { find, objectsOf } from './support.js';

const objects = objectsOf(readRelease('charts/releases/engine-ops.yaml'));
const colors: [Color][] = [['blue'], ['green']];
const configKey = (key: string) => ({ name: key, valueFrom: { configMapKeyRef: { name: 'engine-ops-config', key } } });

test('engine-ops is two Deployments, four Services and a ConfigMap', () => {
  expect(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
    'ConfigMap/engine-ops-config',
    'Deployment/engine-ops-blue',
    'Service/engine-ops-blue',
    'Deployment/engine-ops-green',
    'Service/engine-ops-green',
    'Service/engine-ops-active',
    'Service/engine-ops-preview',
  ]);
});

test('kubectl chooses the namespace', () => {
  expect(objects.filter(({ metadata }) => 'namespace' in metadata)).toEqual([]);
});

test.each(colors)('Deployment engine-ops-%s is the one of the seed', (color) => {
  const { apiVersion, metadata, spec } = find(objects, 'Deployment', `engine-ops-${color}`);
  const labels = { app: 'engine-ops', version: color, 'deployment-type': 'blue-green' };
  expect(apiVersion).toBe('apps/v1');
  expect(metadata.labels).toEqual(labels);
  const { template, ...rest } = spec;
  expect(rest).toEqual({
    replicas: 2,
    selector: { matchLabels: { app: 'engine-ops', version: color } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  });
  const { containers, ...pod } = template.spec;
  expect(template.metadata).toEqual({ labels });
  expect(pod).toEqual({
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    terminationGracePeriodSeconds: 30,
  });
  expect(containers).toEqual([
    {
      name: 'engine-ops',
      image: 'engine-ops:v0.1.0',
      imagePullPolicy: 'IfNotPresent',
      ports: [{ name: 'http', containerPort: 3000, protocol: 'TCP' }],
      env: [
        { name: 'NODE_ENV', value: 'production' },
        { name: 'PORT', value: '3000' },
        { name: 'DEPLOYMENT_VERSION', value: color },
        configKey('RATE_LIMIT_WINDOW_MS'),
        configKey('RATE_LIMIT_MAX_REQUESTS'),
      ],
      resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
      startupProbe: {
        httpGet: { path: '/health/live', port: 'http' },
        initialDelaySeconds: 5,
        periodSeconds: 5,
        failureThreshold: 12,
      },
      livenessProbe: {
        httpGet: { path: '/health/live', port: 'http' },
        initialDelaySeconds: 30,
        periodSeconds: 10,
        failureThreshold: 3,
        timeoutSeconds: 5,
      },
      readinessProbe: {
        httpGet: { path: '/health/ready', port: 'http' },
        initialDelaySeconds: 10,
        periodSeconds: 5,
        failureThreshold: 3,
        successThreshold: 2,
        timeoutSeconds: 3,
      },
      lifecycle: { preStop: { exec: { command: ['sleep', '15'] } } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    },
  ]);
});

test.each([
  ['active', 'LoadBalancer', 'blue', { 'service-type': 'active' }],
  ['preview', 'ClusterIP', 'green', { 'service-type': 'preview' }],
  ['blue', 'ClusterIP', 'blue', { version: 'blue' }],
  ['green', 'ClusterIP', 'green', { version: 'green' }],
])('Service engine-ops-%s is a %s that leads to %s', (name, type, color, label) => {
  const { apiVersion, metadata, spec } = find(objects, 'Service', `engine-ops-${name}`);
  expect(apiVersion).toBe('v1');
  expect(metadata.labels).toEqual({ app: 'engine-ops', 'deployment-type': 'blue-green', ...label });
  expect(spec).toEqual({
    type,
    selector: { app: 'engine-ops', version: color },
    sessionAffinity: 'None',
    ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
  });
});

test('the ConfigMap holds the limits as text', () => {
  const { metadata, data } = find(objects, 'ConfigMap');
  expect(data).toEqual({ RATE_LIMIT_WINDOW_MS: '900000', RATE_LIMIT_MAX_REQUESTS: '100' });
  expect(metadata.labels).toEqual({ app: 'engine-ops', 'deployment-type': 'blue-green' });
});

test('each Deployment tells promote what it must know of its version, the active Service of the release, one value a line', () => {
  const holders = objects.filter(({ metadata }) => metadata.annotations);
  expect(holders.map(({ metadata }) => metadata.name)).toEqual([
    'engine-ops-blue',
    'engine-ops-green',
    'engine-ops-active',
  ]);
  const [blue, green, active] = holders.map(
    ({ metadata }) => metadata.annotations?.['kubectl-bluegreen.dev/policy'] ?? '',
  );
  expect(blue).toContain('\n  "port": 3000,\n');
  expect(green).toBe(blue);
  expect(JSON.parse(active ?? '')).toEqual({
    schema: 1,
    promotion: { confirm: true, soakSeconds: 0, automaticRollback: true },
  });
  const check = { status: [200], timeoutSeconds: 10, retries: 10, intervalSeconds: 5 };
  expect(JSON.parse(blue ?? '')).toEqual({
    schema: 1,
    container: 'engine-ops',
    port: 3000,
    rollout: { maxSurge: 1, maxUnavailable: 0, replace: 'together', timeoutSeconds: 300 },
    checks: [
      { name: 'health', path: '/api/v1/health', ...check },
      { name: 'readiness', path: '/api/v1/health/ready', ...check },
      { name: 'metrics', path: '/metrics', ...check },
    ],
  });
});
