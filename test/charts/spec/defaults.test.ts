import { expect, test } from '@jest/globals';
import { MINIMAL, release } from './support.js';

test('defaults are those of the system that this replaces', () => {
  expect(release()).toEqual({
    ...MINIMAL,
    active: 'blue',
    image: { repository: 'registry.example.com/team/shop', pullPolicy: 'IfNotPresent', pullSecrets: [] },
    idleReplicas: 'full',
    rollout: { maxSurge: 1, maxUnavailable: 0, replace: 'together', timeoutSeconds: 300 },
    container: {},
    ports: [{ name: 'http', containerPort: 3000, servicePort: 80 }],
    env: {},
    config: { scope: 'shared', data: {} },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
    startupProbe: { httpGet: { path: '/health/live' }, initialDelaySeconds: 5, periodSeconds: 5, failureThreshold: 12 },
    livenessProbe: {
      httpGet: { path: '/health/live' },
      initialDelaySeconds: 30,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    readinessProbe: {
      httpGet: { path: '/health/ready' },
      initialDelaySeconds: 10,
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 3,
      successThreshold: 2,
    },
    preStopSeconds: 15,
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: [] },
      seccompProfile: 'RuntimeDefault',
    },
    nodeSelector: {},
    tolerations: [],
    topologySpreadConstraints: [],
    labels: {},
    annotations: {},
    podAnnotations: {},
    service: { type: 'LoadBalancer', annotations: {} },
    checks: [
      ['health', '/api/v1/health'],
      ['readiness', '/api/v1/health/ready'],
      ['metrics', '/metrics'],
    ].map(([name, path]) => ({ name, path, status: [200], timeoutSeconds: 10, retries: 10, intervalSeconds: 5 })),
    promotion: { confirm: true, soakSeconds: 0, automaticRollback: true },
  });
});

test('a probe that says one thing has the default of the rest', () => {
  const { livenessProbe } = release({ livenessProbe: { httpGet: { path: '/alive' } } });
  expect(livenessProbe).toEqual({ ...(release().livenessProbe as object), httpGet: { path: '/alive' } });
});
