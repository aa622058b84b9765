import type { KubernetesObject } from '../core/kubernetes.js';
import { fits, type Shape } from './shape.js';

/** A copy of an object that carries one annotation more. */
export function withAnnotation<T extends KubernetesObject>(object: T, name: string, value: string): T {
  const annotations = { ...object.metadata.annotations, [name]: value };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** The JSON of an annotation; undefined where there is none, or it does not read as what it should be. */
export function readAnnotation<T>(object: KubernetesObject | undefined, name: string, shape: Shape): T | undefined {
  try {
    const value: unknown = JSON.parse(object?.metadata.annotations?.[name] ?? 'null');
    return fits(value, shape) ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
