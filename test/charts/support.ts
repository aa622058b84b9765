import { parseAllDocuments } from 'yaml';
import { type ReleaseSpec, renderRelease } from '../../charts/index.js';

/** The parts of a Kubernetes object that tests look at. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: tests reach deep into objects of every kind.
  spec: any;
  data?: Record<string, string>;
}

export function parseObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
}

/** The objects of every file, in order. */
export function objectsOf(spec: ReleaseSpec): KubernetesObject[] {
  return [...renderRelease(spec).values()].flatMap(parseObjects);
}

/** The one object of a kind and, where a release has several, a name. */
export function find(objects: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = objects.filter(
    (object) => object.kind === kind && (name ?? object.metadata.name) === object.metadata.name,
  );
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} objects are ${kind} ${name ?? ''}`);
  return found[0];
}
