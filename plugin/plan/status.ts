import { activeServiceName, COLORS, type Color, colorServiceName, otherColor } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import { installedOrOverlapping } from './active-color.js';
import { deletions } from './deletion.js';
import { type Hold, holdText, readHold } from './gitops/hold.js';
import { movedSince } from './gitops/moved.js';
import { imageOf, versionOf } from './image.js';
import { servedElsewhere } from './last-traffic.js';
import { lastOperation, type Operation } from './operation.js';
import { type PodStatus, podStatus } from './pod-status.js';
import { readPolicy } from './policy.js';
import { notPromoted } from './promoted.js';
import { allPodsOf, isReady, podsOf, readyEndpoints, type State, type TrafficState } from './state.js';
import { overlapText } from './traffic.js';

/** One color of a release as `status -o json` shows it. */
export interface ColorStatus {
  readonly color: Color;
  readonly version: string;
  readonly image: string;
  readonly desired: number;
  readonly ready: number;
  /** Ready endpoints of the color's own Service. */
  readonly endpoints: number;
}

/** A color with every Pod of it, also those that end or have ended, oldest first. */
export interface ColorPods extends ColorStatus {
  readonly pods: readonly PodStatus[];
}

export interface Status {
  readonly release: string;
  readonly namespace: string;
  readonly active: ColorPods;
  readonly idle: ColorPods;
  readonly lastOperation: Operation | null;
  /** A version that failed after it had got the traffic, and is not to be promoted again. */
  readonly hold?: Hold;
  /** Both colors have the traffic: `active` is the one that had it alone before, `idle` the one that was let in. */
  readonly overlapping?: true;
}

/** A release and what is wrong with it, or a release whose state cannot be told, and why. */
export type View =
  | { readonly status: Status; readonly trouble: readonly string[] }
  | { readonly release: string; readonly namespace: string; readonly problem: string };

export function viewOf(state: State): View {
  try {
    return readStatus(state);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { release: state.release, namespace: state.namespace, problem: error.message };
  }
}

/** @throws RefusedError when the release is not installed, was edited by hand, or has an unreadable policy */
export function readStatus(state: State): { readonly status: Status; readonly trouble: readonly string[] } {
  const whole = installedOrOverlapping(state);
  const status = summarize(whole);
  return { status, trouble: findTrouble(whole, status) };
}

export function colorStatus(state: State, color: Color): ColorStatus {
  const deployment = state.deployments[color];
  const image = imageOf(deployment) ?? '';
  return {
    color,
    version: versionOf(image),
    image,
    desired: deployment ? (deployment.spec.replicas ?? 1) : 0,
    ready: podsOf(state.pods, state.release, color).filter(isReady).length,
    endpoints: readyEndpoints(state.endpointSlices, colorServiceName(state.release, color)).length,
  };
}

export function summarize(state: TrafficState): Status {
  const whole = (color: Color): ColorPods => ({
    ...colorStatus(state, color),
    pods: allPodsOf(state.pods, state.release, color).map((pod) =>
      podStatus(pod, readPolicy(state.active, state.deployments[color]).container),
    ),
  });
  const hold = readHold(state.active);
  return {
    release: state.release,
    namespace: state.namespace,
    active: whole(state.activeColor),
    idle: whole(otherColor(state.activeColor)),
    lastOperation: lastOperation(state.active) ?? null,
    ...(hold && { hold }),
    ...(state.overlap && { overlapping: true }),
  };
}

/** What an operator should know about a release that looks fine at a glance. */
export function findTrouble(state: TrafficState, status: Status): string[] {
  const { active, idle } = status;
  const ready = active.ready + (state.overlap ? idle.ready : 0);
  const moved = movedSince(state.active, state.release);
  const changed = notPromoted(state);
  const endpoints = readyEndpoints(state.endpointSlices, activeServiceName(state.release)).length;
  const missing = COLORS.filter((color) => !state.deployments[color]);
  const served = state.overlap ? undefined : servedElsewhere(state, active.color);
  return [
    ...(state.overlap ? [overlapText(state.active, state.release, state.overlap)] : []),
    ...(moved ? [moved] : []),
    ...(status.hold ? [holdText(status.hold)] : []),
    ...deletions(state),
    ...(changed ? [changed.text] : []),
    ...(served
      ? [
          `traffic is on ${active.color}, and ${served.color} had it last, since ${served.at}: the active Service was made anew by hand`,
        ]
      : []),
    ...missing.map((color) => `deployment of ${color} not found`),
    ...(active.ready < active.desired ? [`${active.color} has ${active.ready} of ${active.desired} Pods ready`] : []),
    ...(endpoints !== ready ? [`the active Service has ${endpoints} endpoints for ${ready} ready Pods`] : []),
    ...(lastOperation(state.active)?.outcome === 'switched' ? ['the last operation was cut off before its proof'] : []),
  ];
}
