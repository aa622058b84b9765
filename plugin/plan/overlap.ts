import {
  APP_LABEL,
  COLOR_LABEL,
  type Color,
  DEPLOYMENT_TYPE,
  DEPLOYMENT_TYPE_LABEL,
  isColor,
} from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import { RefusedError } from '../core/errors.js';
import type { EndpointSlice, Pod, ServicePort } from '../core/kubernetes.js';
import { type Baseline, findRestart } from './health.js';
import { portGap } from './proof.js';
import { isReady, livePods, podsOf, readyEndpoints } from './state.js';
import type { Overlap } from './steps.js';

/** For a load balancer to register new Pods and to find them healthy: that of AWS takes longest. */
const OVERLAP_SECONDS = 30;

/** How the policy wants traffic to pass by way of both colors, or undefined where it wants one patch. */
export function overlapOfPolicy(policy: Policy): Overlap | undefined {
  return policy.promotion.switch === 'overlap' ? overlapBy(policy) : undefined;
}

/** How long both colors stay when they have the traffic. */
export function overlapBy({ promotion, rollout }: Policy): Overlap {
  return { holdSeconds: promotion.overlapSeconds ?? OVERLAP_SECONDS, timeoutSeconds: rollout.timeoutSeconds };
}

/**
 * The labels by which a selector leads to both colors, besides the app: the narrowest that all their Pods have.
 *
 * @param pods - all that have the app's label
 * @throws RefusedError when a Pod of neither color has them as well: it would get traffic
 */
export function commonLabels(pods: readonly Pod[], release: string): Record<string, string> {
  const live = livePods(pods);
  const isOfType = ({ metadata }: Pod) => metadata.labels?.[DEPLOYMENT_TYPE_LABEL] === DEPLOYMENT_TYPE;
  const labels: Record<string, string> = live.filter(hasColor).every(isOfType)
    ? { [DEPLOYMENT_TYPE_LABEL]: DEPLOYMENT_TYPE }
    : {};
  const foreign = strangers(pods, labels);
  if (foreign === undefined) return labels;
  throw new RefusedError(
    `${foreign} has the label ${APP_LABEL}=${release} and is of neither color: ${WHY_NO_STRANGER}`,
  );
}

const WHY_NO_STRANGER = 'with both colors in the selector it would get traffic';
const hasColor = ({ metadata }: Pod) => isColor(metadata.labels?.[COLOR_LABEL]);

function strangers(pods: readonly Pod[], labels: Readonly<Record<string, string>>): string | undefined {
  const matches = ({ metadata }: Pod) =>
    Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value);
  const stranger = livePods(pods).find((pod) => matches(pod) && !hasColor(pod));
  return stranger && `pod "${stranger.metadata.name}"`;
}

export interface OverlapView {
  readonly service: string;
  readonly release: string;
  /** The color that is to have the traffic alone. */
  readonly to: Color;
  /** The selector of the Service, which leads to both. */
  readonly selector: Readonly<Record<string, string>>;
  /** The ports of the Service. */
  readonly ports?: readonly ServicePort[];
  readonly slices: readonly EndpointSlice[];
  /** All that have the app's label. */
  readonly pods: readonly Pod[];
  /** Ready Pods of the color when it was let in, and their restarts. */
  readonly wanted: number;
  readonly before: Baseline;
}

/** How far a color is that has been let in beside the other one. */
export type OverlapProgress =
  | { readonly phase: 'serving'; readonly endpoints: number }
  | { readonly phase: 'waiting'; readonly why: string }
  | { readonly phase: 'failed'; readonly why: string };

/** Whether every Pod of the color serves: as a ready endpoint, and as far as its load balancer says so in a readiness gate. */
export function overlapProgress(view: OverlapView): OverlapProgress {
  const { service, release, to, selector, slices, wanted, before } = view;
  const foreign = strangers(view.pods, selector);
  if (foreign !== undefined) return { phase: 'failed', why: `${foreign} is of neither color, and gets traffic` };
  const pods = podsOf(view.pods, release, to);
  const restarted = findRestart(pods, before);
  if (restarted !== undefined) return { phase: 'failed', why: restarted };
  const registering = pods.filter((pod) => closedGates(pod).length > 0);
  const ready = pods.filter(isReady);
  // A gate that its load balancer has not opened yet makes a Pod unready that is well.
  if (ready.length + registering.filter((pod) => !isReady(pod)).length < wanted)
    return { phase: 'failed', why: `${ready.length} of ${wanted} Pods of ${to} are ready` };
  const [first] = registering;
  if (first) return { phase: 'waiting', why: `pod "${first.metadata.name}": ${closedGates(first)[0]} is not True yet` };
  const endpoints = readyEndpoints(slices, service);
  const served = new Set(endpoints.map(({ podUid }) => podUid));
  const missing = ready.filter((pod) => !served.has(pod.metadata.uid)).map((pod) => pod.metadata.name);
  if (missing.length > 0) return { phase: 'waiting', why: `not yet served: ${missing.join(', ')}` };
  const gap = portGap(slices, service, ready, view.ports ?? []);
  return gap === undefined ? { phase: 'serving', endpoints: served.size } : { phase: 'waiting', why: gap };
}

const AWS_GATE = 'target-health.elbv2.k8s.aws/';
const GKE_GATE = 'cloud.google.com/load-balancer-neg-ready';

/** The readiness gates by which a load balancer says that a Pod is a healthy target. */
export function loadBalancerGates({ spec }: Pod): string[] {
  const types = (spec.readinessGates ?? []).map(({ conditionType }) => conditionType);
  return types.filter((type) => type.startsWith(AWS_GATE) || type === GKE_GATE);
}

function closedGates(pod: Pod): string[] {
  const isOpen = (type: string) => pod.status?.conditions?.some((c) => c.type === type && c.status === 'True') ?? false;
  return loadBalancerGates(pod).filter((type) => !isOpen(type));
}
