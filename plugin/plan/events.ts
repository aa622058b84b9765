import type { Event, KubernetesObject, Pod } from '../core/kubernetes.js';

/** Warnings that say nothing about whether a Pod that runs serves well, and that some clusters repeat for every Pod. */
const BENIGN_REASONS = [
  // The image is there; its pull secret, which another Pod may have needed, is not.
  'FailedToRetrieveImagePullSecret',
  // The node's resolv.conf is longer than a Pod's may be.
  'DNSConfigForming',
  'MissingClusterDNS',
  // A probe that passed, after a redirect that was not followed.
  'ProbeWarning',
  // A policy engine audits what it let pass.
  'PolicyViolation',
];

/** How often each event was noticed, by UID, as it was when a watch began. */
export type EventCounts = ReadonlyMap<string, number>;

/** The objects whose events a watch is about, as they were when it began. */
export interface Watched {
  /** Those that had the traffic: a Pod that starts later may well fail its probes until it is ready. */
  readonly pods: readonly Pod[];
  /** UIDs of the Deployment and its ReplicaSets. */
  readonly owners: ReadonlySet<string>;
  readonly counts: EventCounts;
  readonly ignoredReasons: readonly string[];
}

/** Compare whole seconds: times of core/v1 events have no fraction. */
const SECONDS = '2026-01-02T03:04:05'.length;

const countOf = ({ count, series }: Event): number => Math.max(count ?? 0, series?.count ?? 0, 1);

const keyOf = ({ metadata }: KubernetesObject): string => metadata.uid ?? metadata.name;

export function countEvents(events: readonly Event[]): EventCounts {
  return new Map(events.map((event) => [keyOf(event), countOf(event)]));
}

/**
 * A Warning that came since the watch began, in words; one that is noticed again counts as new.
 *
 * @param current - the color's Pods by now: what is said about one that is being deleted is no longer about the color
 */
export function findWarning(events: readonly Event[], current: readonly Pod[], watched: Watched): string | undefined {
  const ignored = new Set([...BENIGN_REASONS, ...watched.ignoredReasons]);
  const alive = new Set(current.map(({ metadata }) => metadata.uid));
  const pods = new Map(watched.pods.map((pod) => [pod.metadata.uid, pod]));
  const isNew = (event: Event) => countOf(event) > (watched.counts.get(keyOf(event)) ?? 0);
  const isAbout = (event: Event) => {
    const { uid = '' } = event.involvedObject;
    const pod = pods.get(uid);
    return watched.owners.has(uid) || (pod !== undefined && alive.has(uid) && isSinceReady(event, pod));
  };
  const found = events.find(
    (event) => event.type === 'Warning' && !ignored.has(event.reason ?? '') && isNew(event) && isAbout(event),
  );
  if (!found) return undefined;
  const { kind = '', name = '' } = found.involvedObject;
  return `${kind.toLowerCase()} "${name}": warning ${found.reason}: ${(found.message ?? '').trim()}`;
}

/** An event of a Pod's start may be written late. Both times are of the node's clock. */
function isSinceReady({ lastTimestamp, series, eventTime }: Event, { status }: Pod): boolean {
  const at = series?.lastObservedTime ?? lastTimestamp ?? eventTime;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  if (!at || !ready) return true;
  return at.slice(0, SECONDS) > ready.slice(0, SECONDS);
}
