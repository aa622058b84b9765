import type { LiveDeployment, LiveService } from '../../../../plugin/commands/init/objects.js';
import type { Plain } from '../../../../plugin/commands/init/plain.js';

/** Builders of a plain Deployment named web and its Service. */

export const meta = (name: string) => ({ name, uid: `uid-${name}` });

const deployment = (labels: Record<string, string>, selector = labels): LiveDeployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta('web'),
  spec: {
    replicas: 3,
    selector: { matchLabels: selector },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: {
      metadata: { labels },
      spec: {
        containers: [
          {
            name: 'web',
            image: 'shop:v1',
            imagePullPolicy: 'IfNotPresent',
            ports: [{ name: 'http', containerPort: 8080 }],
            env: [{ name: 'SHADE', value: 'blue' }],
            readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
          },
        ],
      },
    },
  },
});

export const service = (name: string, selector: Record<string, string>): LiveService => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(name),
  spec: { type: 'LoadBalancer', selector, ports: [{ port: 80, targetPort: 8080 }] },
});

export function plain(labels: Record<string, string>, more: Partial<Plain> = {}): Plain {
  const web = service('web', { app: 'web' });
  return {
    deployment: deployment(labels, { app: 'web' }),
    service: web,
    autoscaler: undefined,
    budget: undefined,
    services: [web],
    selecting: [web],
    others: [],
    ingresses: [],
    templateHash: '5d4f',
    ...more,
  };
}
