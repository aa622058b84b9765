import { RECORD_ANNOTATIONS } from '../../charts/names.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import { REVISION_ANNOTATION } from '../core/kubernetes.js';
import { type Fields, isMap } from './values.js';

const SERVER_METADATA = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'];
const SERVER_ANNOTATIONS = [REVISION_ANNOTATION, 'kubectl.kubernetes.io/last-applied-configuration'];

/** An object without what the server fills in for itself, its keys in order, so that versions can be compared as text. */
export function normalize(object: KubernetesObject): KubernetesObject {
  const { status, ...rest } = object as KubernetesObject & { status?: unknown };
  const metadata: Fields = without(rest.metadata, SERVER_METADATA);
  if (isMap(metadata.annotations)) {
    metadata.annotations = without(metadata.annotations, SERVER_ANNOTATIONS);
    if (Object.keys(metadata.annotations as object).length === 0) delete metadata.annotations;
  }
  return sorted({ ...rest, metadata }) as KubernetesObject;
}

function without(map: object, keys: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

/** Whether two versions of an object differ in nothing but what the server fills in for itself. */
export const sameObject = (one: KubernetesObject, other: KubernetesObject): boolean =>
  JSON.stringify(normalize(one)) === JSON.stringify(normalize(other));

/** The same, whatever runs have written about what they do. */
export const sameButRecords = (one: KubernetesObject, other: KubernetesObject): boolean =>
  sameObject(withoutRecords(one), withoutRecords(other));

function withoutRecords(object: KubernetesObject): KubernetesObject {
  const annotations = without(object.metadata.annotations ?? {}, RECORD_ANNOTATIONS) as Record<string, string>;
  return { ...object, metadata: { ...object.metadata, annotations } };
}
