import {
  APP_LABEL,
  activeServiceName,
  COLOR_LABEL,
  COLORS,
  type Color,
  deploymentName,
  isColor,
  previewServiceName,
} from '../../charts/names.js';
import { RefusedError, UsageError } from '../core/errors.js';
import type { Deployment, KubernetesObject, Service } from '../core/kubernetes.js';

/** A release's synthesized objects, sorted by what may be done with them. */
export interface Manifests {
  /** ConfigMap, Ingress and others that both colors use. */
  readonly shared: readonly KubernetesObject[];
  readonly colors: Readonly<Record<Color, readonly KubernetesObject[]>>;
  readonly active: Service;
  readonly preview: Service | undefined;
}

/**
 * Picks one release out of the objects of `-f`.
 *
 * @throws UsageError when they hold no such release, or only a part of it
 */
export function sortManifests(objects: readonly KubernetesObject[], release: string, source: string): Manifests {
  const own = objects.filter((object) => object.metadata.labels?.[APP_LABEL] === release);
  if (own.length === 0) {
    const others = [...new Set(objects.map((object) => object.metadata.labels?.[APP_LABEL]).filter(Boolean))];
    const held = others.length > 0 ? `it holds: ${others.join(', ')}` : 'it holds no release';
    throw new UsageError(`${source} holds no object of release "${release}": ${held}`);
  }
  const isTraffic = (object: KubernetesObject) =>
    object.kind === 'Service' &&
    [activeServiceName(release), previewServiceName(release)].includes(object.metadata.name);
  const find = (kind: string, name: string) =>
    own.find((object) => object.kind === kind && object.metadata.name === name);
  const need = (kind: string, name: string) => {
    const object = find(kind, name);
    if (!object) throw new UsageError(`${source} lacks ${kind.toLowerCase()} "${name}": synthesize the release again`);
    return object;
  };
  const colorOf = (object: KubernetesObject) => object.metadata.labels?.[COLOR_LABEL];
  for (const color of COLORS) {
    const name = deploymentName(release, color);
    if (colorOf(need('Deployment', name)) !== color)
      throw new UsageError(`${source}: deployment "${name}" lacks the label ${COLOR_LABEL}=${color}`);
  }

  const rest = own.filter((object) => !isTraffic(object));
  return {
    shared: rest.filter((object) => !isColor(colorOf(object))),
    colors: {
      blue: rest.filter((object) => colorOf(object) === 'blue'),
      green: rest.filter((object) => colorOf(object) === 'green'),
    },
    active: need('Service', activeServiceName(release)) as Service,
    preview: find('Service', previewServiceName(release)) as Service | undefined,
  };
}

export function allObjects(manifests: Manifests): KubernetesObject[] {
  const { shared, colors, active, preview } = manifests;
  return [...shared, ...colors.blue, ...colors.green, active, ...(preview ? [preview] : [])];
}

/** The color whose Deployment an object is, by its name; undefined for every other object. */
export const deploymentColor = ({ kind, metadata }: KubernetesObject, release: string): Color | undefined =>
  kind === 'Deployment' ? COLORS.find((color) => metadata.name === deploymentName(release, color)) : undefined;

export function manifestDeployment(manifests: Manifests, release: string, color: Color): Deployment {
  const name = deploymentName(release, color);
  return manifests.colors[color].find((o) => o.kind === 'Deployment' && o.metadata.name === name) as Deployment;
}

/**
 * The namespace that manifests name, when they name one.
 *
 * @throws UsageError when they name several
 */
export function manifestNamespace(objects: readonly KubernetesObject[]): string | undefined {
  const namespaces = [...new Set(objects.map((object) => object.metadata.namespace).filter((n) => n !== undefined))];
  if (namespaces.length > 1) throw new UsageError(`the objects are of several namespaces: ${namespaces.join(', ')}`);
  return namespaces[0];
}

/** An object under its kind and name, as one key. */
export const objectKey = (object: KubernetesObject): string => `${object.kind}/${object.metadata.name}`;

/** The live counterparts of manifests, by objectKey; what does not exist is not in it. */
export type LiveObjects = ReadonlyMap<string, KubernetesObject>;

/** Fields that the server leaves out when they hold this. */
const LEFT_OUT: Readonly<Record<string, unknown>> = { initialDelaySeconds: 0, value: '' };

/** True when `live` already holds every field that `wanted` sets: applying it would change nothing. */
export function contains(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(live) && live.length === wanted.length && wanted.every((item, index) => contains(live[index], item))
    );
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof live !== 'object' || live === null) return false;
    return Object.entries(wanted).every(([key, value]) => {
      const there = (live as Record<string, unknown>)[key];
      return contains(there, value) || (there === undefined && Object.hasOwn(LEFT_OUT, key) && LEFT_OUT[key] === value);
    });
  }
  return live === wanted;
}

/** A live object as it can be made anew: without what the server fills in for one object alone. */
export function recreatable<T extends KubernetesObject>(live: T): T {
  const { uid, resourceVersion, generation, creationTimestamp, managedFields, ...metadata } = live.metadata;
  const { status, ...object } = live as T & { status?: unknown };
  return { ...object, metadata } as unknown as T;
}

/** @throws RefusedError naming the Deployment that is not there */
export function requireDeployment(
  deployment: Deployment | undefined,
  release: string,
  color: Color,
  namespace: string,
): Deployment {
  if (deployment) return deployment;
  throw new RefusedError(
    `deployments.apps "${deploymentName(release, color)}" not found in namespace "${namespace}": pass its manifests with -f`,
  );
}
