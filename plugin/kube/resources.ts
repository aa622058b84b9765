import { UsageError } from '../core/errors.js';
import type { KubernetesObject } from '../core/kubernetes.js';

/** The kinds that a release is made of, and the REST resource of each. */
const RESOURCES: Record<string, { apiVersion: string; plural: string }> = {
  ConfigMap: { apiVersion: 'v1', plural: 'configmaps' },
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments' },
  EndpointSlice: { apiVersion: 'discovery.k8s.io/v1', plural: 'endpointslices' },
  Event: { apiVersion: 'v1', plural: 'events' },
  HorizontalPodAutoscaler: { apiVersion: 'autoscaling/v2', plural: 'horizontalpodautoscalers' },
  Ingress: { apiVersion: 'networking.k8s.io/v1', plural: 'ingresses' },
  Job: { apiVersion: 'batch/v1', plural: 'jobs' },
  Lease: { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' },
  NetworkPolicy: { apiVersion: 'networking.k8s.io/v1', plural: 'networkpolicies' },
  Pod: { apiVersion: 'v1', plural: 'pods' },
  PodDisruptionBudget: { apiVersion: 'policy/v1', plural: 'poddisruptionbudgets' },
  ReplicaSet: { apiVersion: 'apps/v1', plural: 'replicasets' },
  Service: { apiVersion: 'v1', plural: 'services' },
  ServiceAccount: { apiVersion: 'v1', plural: 'serviceaccounts' },
};

/**
 * The path of a kind's collection in a namespace, or of one object in it.
 *
 * @throws UsageError for a kind that is not part of a release
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
 */
export function resourcePath(kind: string, namespace: string, name?: string): string {
  const { root, plural } = resourceOf(kind);
  const collection = `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
  return name === undefined ? collection : `${collection}/${encodeURIComponent(name)}`;
}

/** The path of a kind's collection over all namespaces. */
export function clusterPath(kind: string): string {
  const { root, plural } = resourceOf(kind);
  return `${root}/${plural}`;
}

function resourceOf(kind: string): { root: string; plural: string } {
  const resource = Object.hasOwn(RESOURCES, kind) ? RESOURCES[kind] : undefined;
  if (!resource) throw new UsageError(`objects of kind ${kind} cannot be part of a release`);
  const { apiVersion, plural } = resource;
  return { root: apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`, plural };
}

export function objectPath(object: KubernetesObject, namespace: string): string {
  return resourcePath(object.kind, namespace, object.metadata.name);
}
