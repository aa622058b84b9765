import { COLORS, type Color, isColor, SERVED_ANNOTATION } from '../../charts/names.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import { compareText } from '../core/text.js';
import { readAnnotation } from './annotations.js';
import { SERVED } from './shapes.js';
import type { State } from './state.js';

/**
 * Which color had the traffic last. The Deployments of both colors carry it: the active Service may be deleted, and one of
 * the two may be deleted, or brought back with older annotations by `kubectl rollout undo`.
 */
export interface Served {
  readonly color: Color;
  /** The operation that left the traffic there. */
  readonly operationId: string;
  /** RFC 3339, in UTC with milliseconds: such texts sort by time. */
  readonly at: string;
  /** What the color ran then. */
  readonly version?: string;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export function servedAnnotation(served: Served): Record<string, string> {
  return { [SERVED_ANNOTATION]: JSON.stringify(served) };
}

function readServed(object: KubernetesObject | undefined): Served[] {
  const served = readAnnotation<Served>(object, SERVED_ANNOTATION, SERVED);
  return served && isColor(served.color) && TIME.test(served.at) ? [served] : [];
}

/** The newest of the records that objects carry. */
export function newestServed(objects: readonly (KubernetesObject | undefined)[]): Served | undefined {
  return objects
    .flatMap(readServed)
    .toSorted((a, b) => compareText(a.at, b.at))
    .at(-1);
}

/** The Deployments of a release, and their ReplicaSets, to which Kubernetes copies a Deployment's annotations. */
export function recordCarriers({ deployments, replicaSets }: State): KubernetesObject[] {
  const present = COLORS.flatMap((color) => deployments[color] ?? []);
  const uids = new Set(present.map(({ metadata }) => metadata.uid));
  const own = replicaSets.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uids.has(uid)));
  return [...present, ...own];
}

export const lastServed = (state: State): Served | undefined => newestServed(recordCarriers(state));
