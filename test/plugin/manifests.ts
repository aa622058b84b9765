import type { Color } from '../../charts/names.js';
import type { Deployment, HorizontalPodAutoscaler, KubernetesObject, Service } from '../../plugin/core/kubernetes.js';
import { type LiveObjects, objectKey, sortManifests } from '../../plugin/plan/manifests.js';

/** Manifests of the release shop as synthesis writes them: no uid, no status, nothing that a server fills in. */

export const IMAGE = 'registry.example:5000/shop';

export function manifestDeployment(color: Color, version: string, more: Partial<Deployment['spec']> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `shop-${color}`, labels: { app: 'shop', version: color } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'shop', version: color } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { spec: { containers: [{ name: 'shop', image: `${IMAGE}:${version}` }] } },
      ...more,
    },
  };
}

export function manifestService(name: string, color: Color, labels: Record<string, string> = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { app: 'shop', ...labels } },
    spec: { ports: [{ port: 80 }], selector: { app: 'shop', version: color } },
  };
}

export function configMap(value: string): KubernetesObject {
  const data = { GREETING: value };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'shop-config', labels: { app: 'shop' } },
    data,
  } as KubernetesObject;
}

export function autoscaler(color: Color, maxReplicas = 9): HorizontalPodAutoscaler {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: `shop-${color}`, labels: { app: 'shop', version: color } },
    spec: { scaleTargetRef: { kind: 'Deployment', name: `shop-${color}` }, minReplicas: 1, maxReplicas },
  };
}

export interface ManifestOptions {
  readonly green?: Deployment;
  readonly more?: readonly KubernetesObject[];
  readonly active?: Color;
}

/** Blue at v1 and green at v2, each with its own Service, one ConfigMap for both, and the two Services of traffic. */
export function manifestObjects({ green, more = [], active = 'blue' }: ManifestOptions = {}): KubernetesObject[] {
  return [
    configMap('hello'),
    manifestDeployment('blue', 'v1'),
    manifestService('shop-blue', 'blue', { version: 'blue' }),
    green ?? manifestDeployment('green', 'v2'),
    manifestService('shop-green', 'green', { version: 'green' }),
    ...more,
    manifestService('shop-active', active),
    manifestService('shop-preview', active === 'blue' ? 'green' : 'blue'),
  ];
}

export const manifestsOf = (options?: ManifestOptions) => sortManifests(manifestObjects(options), 'shop', 'dist');

/** Objects as the cluster would hold them. */
export function liveObjects(...objects: readonly KubernetesObject[]): LiveObjects {
  return new Map(objects.map((object) => [objectKey(object), asLive(object)]));
}

export function asLive<T extends KubernetesObject>(object: T): T {
  const metadata = {
    ...object.metadata,
    uid: `uid-live-${object.metadata.name}`,
    resourceVersion: '41',
    generation: 3,
  };
  return { ...object, metadata, status: { observed: true } };
}
