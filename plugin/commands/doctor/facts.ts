import { COLOR_LABEL, COLORS, type Color, isColor } from '../../../charts/names.js';
import type { PodCheck } from '../../../charts/policy.js';
import type { Job, KubernetesObject, Lease, Pod, Service } from '../../core/kubernetes.js';
import { compareText } from '../../core/text.js';
import type { Owner } from '../../plan/gitops/ownership.js';
import type { Policies } from '../../plan/input.js';
import type { LiveObjects, Manifests } from '../../plan/manifests.js';
import { lastOperation } from '../../plan/operation.js';
import { lastServed } from '../../plan/served.js';
import { isReady, podsOf, type State } from '../../plan/state.js';
import { servedColors } from '../../plan/traffic.js';
import type { Affects, Finding } from './finding.js';
import type { Autoscaler, DisruptionBudget, Node, ResourceQuota, WarningEvent } from './kinds.js';

/** Something that is read by itself, so that it can be forbidden by itself. */
export type Subject =
  | 'access'
  | 'all-services'
  | 'checks'
  | 'configmaps'
  | 'deployments'
  | 'endpointslices'
  | 'events'
  | 'horizontalpodautoscalers'
  | 'jobs'
  | 'leases'
  | 'logs'
  | 'manifests'
  | 'namespaces'
  | 'nodes'
  | 'poddisruptionbudgets'
  | 'pods'
  | 'reachability'
  | 'replicasets'
  | 'resourcequotas'
  | 'secrets'
  | 'serviceaccounts'
  | 'services'
  | 'versions';

/** What one Pod answered to one check: `why` it failed, or nothing when it passed. */
export interface CheckResult {
  readonly pod: string;
  readonly check: PodCheck;
  readonly why?: string;
}

/** A right that a promotion needs, and whether the user has it. */
export interface Right {
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly verb: string;
  /** Name of the object that it is about; empty where it is about none. */
  readonly name: string;
  readonly allowed: boolean;
}

/** Names of objects that Pods refer to, and the keys of each; undefined for one that does not exist. */
export type Referenced = ReadonlyMap<string, ReadonlySet<string> | 'exists' | undefined>;

/** An object whose policy annotation could not be read. */
export interface PolicyError {
  readonly object: KubernetesObject;
  readonly message: string;
  /** A newer version of the plugin wrote it. */
  readonly isNewer?: boolean;
}

/** Everything that was seen of a release, in one pass: what the examinations judge. */
export interface Facts {
  readonly release: string;
  readonly namespace: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Flags of the user that say which cluster and namespace is meant, for the commands of a fix. */
  readonly clusterFlags: readonly string[];
  readonly state: State;
  /** By which each color is verified: its own. */
  readonly policies: Policies;
  /** Annotations that are no policy, and why. */
  readonly policyErrors: readonly PolicyError[];
  readonly events: readonly WarningEvent[];
  readonly quotas: readonly ResourceQuota[];
  /** Undefined where it may not be read, as namespaces belong to the cluster. */
  readonly namespaceObject?: KubernetesObject;
  /** All Services of the namespace. */
  readonly services: readonly Service[];
  readonly autoscalers: readonly Autoscaler[];
  readonly budgets: readonly DisruptionBudget[];
  readonly nodes: readonly Node[];
  readonly lease?: Lease;
  readonly jobs: readonly Job[];
  /** Pods of the release's Jobs, whose labels no Service selects. */
  readonly jobPods: readonly Pod[];
  readonly configMaps: Referenced;
  readonly secrets: Referenced;
  readonly serviceAccounts: Referenced;
  readonly checks: readonly CheckResult[];
  /** Last log lines by the name of the Pod. */
  readonly logs: ReadonlyMap<string, readonly string[]>;
  readonly rights: readonly Right[];
  /** The tool that would put the active Service's selector back. */
  readonly owner?: Owner;
  /** By what a load balancer is seen to send traffic to the Pods of the active Service itself, in words. */
  readonly podTargets?: string;
  /** The name by which the API server knows the user. */
  readonly user?: string;
  readonly versions?: { readonly client: string; readonly server: string; readonly platform: string };
  /** What a Pod of the release got from the active Service: why it failed, or nothing. */
  readonly reachability?: { readonly pod: string; readonly address: string; readonly why?: string };
  readonly manifests?: Manifests;
  readonly live: LiveObjects;
  /** The paths of `-f`. */
  readonly filenames: readonly string[];
  /** Why something could not be read. */
  readonly unread: ReadonlyMap<Subject, string>;
}

/** One question that is put to the facts. */
export interface Examination {
  readonly id: string;
  /** What it looks at, for a person. */
  readonly what: string;
  /** Without these it cannot answer. */
  readonly needs: readonly Subject[];
  readonly examine: (facts: Facts) => readonly Finding[];
}

/** The color that has the traffic, or that was meant to have it when the selector names none. */
export function intendedColor({ state }: Facts): Color {
  const named = state.active?.spec.selector?.[COLOR_LABEL];
  if (isColor(named)) return named;
  const recorded = recordedColor(state) ?? lastServed(state)?.color;
  if (recorded) return recorded;
  return COLORS.find((color) => podsOf(state.pods, state.release, color).some(isReady)) ?? 'blue';
}

/** Where the last operation on record left the traffic; of one that let both colors have it, where it comes from. */
export function recordedColor({ active }: State): Color | undefined {
  const last = lastOperation(active);
  return last?.outcome === 'abandoned' || last?.outcome === 'overlapping' ? last.from : last?.to;
}

export function affects({ state }: Facts, color: Color): Affects {
  return servedColors(state).includes(color) ? 'traffic' : 'promotion';
}

export function readyPodsOf({ state }: Facts, color: Color): Pod[] {
  return podsOf(state.pods, state.release, color).filter(isReady);
}

/** Whether a color could take the traffic now. */
export function canServe(facts: Facts, color: Color): boolean {
  const failed = new Set(facts.checks.filter(({ why }) => why !== undefined).map(({ pod }) => pod));
  const ready = readyPodsOf(facts, color);
  return ready.length > 0 && !ready.some((pod) => failed.has(pod.metadata.name));
}

/** Messages of the warning events about an object whose name begins like this, the last one last, each once. */
export function eventsOf({ events }: Facts, kind: string, name: string, reason?: RegExp): string[] {
  const when = (event: WarningEvent) => event.lastTimestamp ?? event.eventTime ?? '';
  const lines = events
    .filter(({ involvedObject }) => involvedObject.kind === kind && involvedObject.name === name)
    .filter((event) => !reason || reason.test(event.reason ?? ''))
    .toSorted((a, b) => compareText(when(a), when(b)))
    .map(
      ({ reason, message, count }) =>
        `event ${reason}: ${message?.trim()}${count && count > 1 ? ` (${count} times)` : ''}`,
    );
  return [...new Set(lines)].slice(-MAX_EVENTS);
}

const MAX_EVENTS = 3;

/** Whether a run holds the release's Lease at this moment. */
export function isHeld({ lease, now }: Facts): boolean {
  if (!lease) return false;
  const { renewTime, leaseDurationSeconds = 0 } = lease.spec;
  return Date.parse(renewTime ?? '') + leaseDurationSeconds * 1000 > now;
}
