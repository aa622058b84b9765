import type { KubernetesObject } from '../core/kubernetes.js';

/** A copy of an object that carries one annotation more. */
export function withAnnotation<T extends KubernetesObject>(object: T, name: string, value: string): T {
  const annotations = { ...object.metadata.annotations, [name]: value };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
