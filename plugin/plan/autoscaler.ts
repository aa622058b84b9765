import { COLORS } from '../../charts/names.js';
import type { HorizontalPodAutoscaler, KubernetesObject } from '../kubernetes.js';
import type { State } from './state.js';

/** The autoscaler that scales a Deployment: its spec says so, and not its name. */
export function autoscalerOf(
  objects: readonly KubernetesObject[],
  deployment: string,
): HorizontalPodAutoscaler | undefined {
  return objects
    .filter(isAutoscaler)
    .find(({ spec }) => spec.scaleTargetRef.kind === 'Deployment' && spec.scaleTargetRef.name === deployment);
}

const isAutoscaler = (object: KubernetesObject): object is HorizontalPodAutoscaler =>
  object.kind === 'HorizontalPodAutoscaler';

/** What an autoscaler leaves of a number of replicas, whatever the load is; at 0 it is off. */
export function withinBounds({ spec }: HorizontalPodAutoscaler, replicas: number): number {
  return Math.min(Math.max(replicas, spec.minReplicas ?? 1), spec.maxReplicas ?? replicas);
}

/** Whether one color would be raised to the other's replicas, so that it matters what an autoscaler allows. */
export const isUneven = ({ deployments }: State): boolean =>
  new Set(COLORS.map((color) => deployments[color]?.spec.replicas ?? 1)).size > 1;
