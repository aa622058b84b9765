import { COLORS } from '../../charts/names.js';
import type { HorizontalPodAutoscaler, KubernetesObject } from '../core/kubernetes.js';
import type { State } from './state.js';

type Scaling = Pick<HorizontalPodAutoscaler, 'spec'>;

/** Whether an autoscaler scales a Deployment: its spec says so, and not its name. */
export const scales = ({ spec: { scaleTargetRef } }: Scaling, deployment: string): boolean =>
  scaleTargetRef.kind === 'Deployment' && scaleTargetRef.name === deployment;

/** The autoscaler among some objects that scales a Deployment. */
export const autoscalerOf = (
  objects: readonly KubernetesObject[],
  deployment: string,
): HorizontalPodAutoscaler | undefined => objects.filter(isAutoscaler).find((one) => scales(one, deployment));

const isAutoscaler = (object: KubernetesObject): object is HorizontalPodAutoscaler =>
  object.kind === 'HorizontalPodAutoscaler';

/** What an autoscaler leaves of a number of replicas, whatever the load is; at 0 it is off. */
export function withinBounds({ spec }: HorizontalPodAutoscaler, replicas: number): number {
  return Math.min(Math.max(replicas, spec.minReplicas ?? 1), spec.maxReplicas ?? replicas);
}

/** Whether one color would be raised to the other's replicas, so that it matters what an autoscaler allows. */
export const isUneven = ({ deployments }: State): boolean =>
  new Set(COLORS.map((color) => deployments[color]?.spec.replicas ?? 1)).size > 1;
