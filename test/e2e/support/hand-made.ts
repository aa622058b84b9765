/** The objects of a release as they were written by hand, before there was a spec: what the scripts of old worked on. */

const labels = (name: string, color: string) => ({ app: name, version: color, 'deployment-type': 'blue-green' });

const probe = (path: string, more: object = {}) => ({ httpGet: { path, port: 'http' }, periodSeconds: 1, ...more });

export interface HandMade {
  readonly name: string;
  readonly active: 'blue' | 'green';
  readonly versions: { readonly blue: string; readonly green: string };
}

/** A color's Deployment. It lacks what a spec has by default: a seccomp profile, a plain "sleep". */
export function handMadeDeployment({ name, versions }: HandMade, color: 'blue' | 'green') {
  const configKey = (key: string) => ({ name: key, valueFrom: { configMapKeyRef: { name: `${name}-config`, key } } });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `${name}-${color}`, labels: labels(name, color) },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name, version: color } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels: labels(name, color), annotations: { 'prometheus.io/scrape': 'true' } },
        spec: {
          securityContext: { runAsNonRoot: true, runAsUser: 1000 },
          containers: [
            {
              name,
              image: `engine-ops:${versions[color]}`,
              ports: [{ name: 'http', containerPort: 3000 }],
              env: [
                { name: 'NODE_ENV', value: 'production' },
                { name: 'EMPTY', value: '' },
                { name: 'DEPLOYMENT_VERSION', value: color },
                { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
                configKey('RATE_LIMIT_WINDOW_MS'),
                configKey('RATE_LIMIT_MAX_REQUESTS'),
              ],
              resources: { requests: { cpu: '0.01', memory: '16Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
              startupProbe: probe('/health/live', { failureThreshold: 12 }),
              livenessProbe: probe('/health/live', { timeoutSeconds: 5 }),
              readinessProbe: probe('/health/ready', { timeoutSeconds: 3 }),
              lifecycle: { preStop: { exec: { command: ['/bin/sleep', '3'] } } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    },
  };
}

export function handMadeObjects(release: HandMade): object[] {
  const { name, active } = release;
  const idle = active === 'blue' ? 'green' : 'blue';
  const service = (suffix: string, color: string, type = 'ClusterIP') => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}-${suffix}`, labels: { app: name } },
    spec: { type, selector: { app: name, version: color }, ports: [{ name: 'http', port: 80, targetPort: 3000 }] },
  });
  const config = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-config` },
    data: { RATE_LIMIT_MAX_REQUESTS: '100', RATE_LIMIT_WINDOW_MS: '900000' },
  };
  return [
    config,
    handMadeDeployment(release, 'blue'),
    handMadeDeployment(release, 'green'),
    service('active', active, 'LoadBalancer'),
    service('preview', idle),
    service('blue', 'blue'),
    service('green', 'green'),
  ];
}
