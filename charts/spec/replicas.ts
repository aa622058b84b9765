/** How many Pods a color has, and whether a budget lets one of them go. */
import { COLORS, type Color } from '../names.js';
import type { ReleaseSpec } from './fields.js';

const DEFAULT_REPLICAS = 2;

/** Pods of the active color, unless the color says otherwise. */
export const fullReplicas = (spec: ReleaseSpec): number => spec.replicas ?? DEFAULT_REPLICAS;

/** Pods of a color; undefined with autoscaling, which sets the number itself. */
export function replicasOf(spec: ReleaseSpec, color: Color): number | undefined {
  if (spec.autoscaling) return undefined;
  const idle = spec.idleReplicas === 'full' ? fullReplicas(spec) : spec.idleReplicas;
  return spec.colors[color].replicas ?? (color === spec.active ? fullReplicas(spec) : idle);
}

/** The colors of which every Pod must stay, so that their nodes could never be drained. */
export function blockedColors(spec: ReleaseSpec, minAvailable: number | string): { color: Color; replicas: number }[] {
  return COLORS.map((color) => ({ color, replicas: fewest(spec, color) })).filter(
    ({ replicas }) => replicas > 0 && mustStay(minAvailable, replicas) >= replicas,
  );
}

const fewest = (spec: ReleaseSpec, color: Color): number =>
  spec.autoscaling?.minReplicas ?? replicasOf(spec, color) ?? 0;

/** Percentages round up, as Kubernetes rounds them. */
const mustStay = (minAvailable: number | string, replicas: number): number =>
  typeof minAvailable === 'number' ? minAvailable : Math.ceil((Number.parseInt(minAvailable, 10) * replicas) / 100);
