import { APP_LABEL, COLOR_LABEL, type Color } from '../../charts/names.js';
import {
  type Deployment,
  type EndpointSlice,
  type Pod,
  REVISION_ANNOTATION,
  type ReplicaSet,
  SERVICE_NAME_LABEL,
  type Service,
  TEMPLATE_HASH_LABEL,
} from '../core/kubernetes.js';
import { compareText } from '../core/text.js';
import type { Operation } from './operation.js';

/** What one pass over the cluster saw of a release. */
export interface State {
  readonly release: string;
  readonly namespace: string;
  readonly active?: Service;
  readonly preview?: Service;
  readonly colorServices: Readonly<Record<Color, Service | undefined>>;
  readonly deployments: Readonly<Record<Color, Deployment | undefined>>;
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  readonly endpointSlices: readonly EndpointSlice[];
  /** Colors whose Deployments do not carry their own policy in the cluster: an older plugin kept it on the Service. */
  readonly older?: readonly Color[];
}

/** A state in which the active Service exists and names one color: what everything but a first deploy needs. */
export interface InstalledState extends State {
  readonly active: Service;
  readonly activeColor: Color;
}

/** The same, or one in which an operation has both colors in the selector: the active color is then the one that it comes from. */
export type TrafficState = InstalledState & { readonly overlap?: Operation };

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;
}

export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

/** The Pods that are neither ended nor being deleted, oldest first. */
export function livePods(pods: readonly Pod[]): Pod[] {
  return oldestFirst(
    pods.filter((pod) => !isTerminating(pod) && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'),
  );
}

/** Those of one color. */
export function podsOf(pods: readonly Pod[], release: string, color: Color): Pod[] {
  return livePods(pods).filter(isOf(release, color));
}

/** The Pods of a color, also those that end or have ended, oldest first. */
export function allPodsOf(pods: readonly Pod[], release: string, color: Color): Pod[] {
  return oldestFirst(pods.filter(isOf(release, color)));
}

const isOf =
  (release: string, color: Color) =>
  ({ metadata: { labels } }: Pod): boolean =>
    labels?.[APP_LABEL] === release && labels[COLOR_LABEL] === color;

function oldestFirst(pods: readonly Pod[]): Pod[] {
  return [...pods].sort(
    (a, b) =>
      compareText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
      compareText(a.metadata.name, b.metadata.name),
  );
}

/** The ReplicaSet of a Deployment's current template: the one of the highest revision. */
export function newestReplicaSet(replicaSets: readonly ReplicaSet[], deployment: Deployment): ReplicaSet | undefined {
  const revision = (rs: ReplicaSet) => Number(rs.metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
  return replicaSets
    .filter((rs) => rs.metadata.ownerReferences?.some((owner) => owner.uid === deployment.metadata.uid))
    .reduce<ReplicaSet | undefined>((best, rs) => (best && revision(best) >= revision(rs) ? best : rs), undefined);
}

/** The Pods that a ReplicaSet made, of those given. */
export function podsOfReplicaSet(pods: readonly Pod[], replicaSet: ReplicaSet | undefined): Pod[] {
  const hash = replicaSet?.metadata.labels?.[TEMPLATE_HASH_LABEL];
  return hash ? pods.filter((pod) => pod.metadata.labels?.[TEMPLATE_HASH_LABEL] === hash) : [];
}

/** An address that a Service sends traffic to, and the Pod behind it. */
export interface Endpoint {
  readonly address: string;
  readonly podUid?: string;
}

/** The ready endpoints of a Service, over all its EndpointSlices. */
export function readyEndpoints(slices: readonly EndpointSlice[], service: string): Endpoint[] {
  return (
    slices
      .filter((slice) => slice.metadata.labels?.[SERVICE_NAME_LABEL] === service)
      .flatMap((slice) => slice.endpoints ?? [])
      // The API says: a condition that is not set counts as true.
      .filter((endpoint) => endpoint.conditions?.ready !== false)
      .map((endpoint) => ({ address: endpoint.addresses[0] ?? '', podUid: endpoint.targetRef?.uid }))
  );
}
