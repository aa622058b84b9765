import { activeServiceName, COLORS, type Color, colorServiceName, otherColor } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import { releaseContainer, versionOf } from './image.js';
import { movedSince } from './moved.js';
import { lastOperation, type Operation } from './operation.js';
import { type InstalledState, isReady, podsOf, readyEndpoints, type State } from './state.js';

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

export interface Status {
  readonly release: string;
  readonly namespace: string;
  readonly active: ColorStatus;
  readonly idle: ColorStatus;
  readonly lastOperation: Operation | null;
}

export function colorStatus(state: State, color: Color, policy: Policy): ColorStatus {
  const deployment = state.deployments[color];
  const image = (deployment && releaseContainer(deployment, policy.container)?.image) ?? '';
  return {
    color,
    version: versionOf(image),
    image,
    desired: deployment ? (deployment.spec.replicas ?? 1) : 0,
    ready: podsOf(state.pods, state.release, color).filter(isReady).length,
    endpoints: readyEndpoints(state.endpointSlices, colorServiceName(state.release, color)).length,
  };
}

export function summarize(state: InstalledState, policy: Policy): Status {
  return {
    release: state.release,
    namespace: state.namespace,
    active: colorStatus(state, state.activeColor, policy),
    idle: colorStatus(state, otherColor(state.activeColor), policy),
    lastOperation: lastOperation(state.active) ?? null,
  };
}

/** What an operator should know about a release that looks fine at a glance. */
export function findTrouble(state: InstalledState, status: Status): string[] {
  const { active } = status;
  const moved = movedSince(state.active, state.release);
  const served = readyEndpoints(state.endpointSlices, activeServiceName(state.release)).length;
  const missing = COLORS.filter((color) => !state.deployments[color]);
  return [
    ...(moved ? [moved] : []),
    ...missing.map((color) => `deployment of ${color} not found`),
    ...(active.ready < active.desired ? [`${active.color} has ${active.ready} of ${active.desired} Pods ready`] : []),
    ...(served !== active.ready ? [`the active Service has ${served} endpoints for ${active.ready} ready Pods`] : []),
    ...(lastOperation(state.active)?.outcome === 'switched' ? ['the last operation was cut off before its proof'] : []),
  ];
}
