import { deploymentName, otherColor } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import type { HorizontalPodAutoscaler } from '../core/kubernetes.js';
import { installed } from './active-color.js';
import { moveText } from './advice/move.js';
import { autoscalerOf } from './autoscaler.js';
import { idleColor } from './color.js';
import { isUnfinished, isWatchCutOff, lastOperation, type Operation } from './operation.js';
import { type InstalledState, isReady, podsOf, type State } from './state.js';
import type { Idle, Plan, Step } from './steps.js';

export interface CleanupInput {
  readonly state: State;
  /** Those of the namespace, whatever they scale. */
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
  /** Replicas to keep warm. */
  readonly keep: number;
  /** Seconds that must have passed since traffic moved. */
  readonly afterSeconds: number;
  /** Count the connections that the color still has, before they are ended. */
  readonly counts?: boolean;
}

/**
 * Scales the color that has no traffic down, once its connections had their time to drain.
 *
 * @throws RefusedError while the operation that moved traffic is not complete, and where an autoscaler would undo it
 */
export function planCleanup({ state: observed, autoscalers, keep, afterSeconds, counts }: CleanupInput): Plan {
  const state = installed(observed);
  const { release, namespace, activeColor: active } = state;
  const idle = otherColor(active);
  const deployment = state.deployments[idle];
  const replicas = deployment ? (deployment.spec.replicas ?? 1) : 0;
  const common = { operation: 'cleanup', release, namespace, from: active, to: active, undo: [] } as const;
  if (!deployment || replicas <= keep)
    return { ...common, steps: [], warnings: [], nothingToDo: `${idle} is idle and has ${replicas} replicas` };

  const last = lastOperation(state.active);
  requireComplete(last, state);
  const name = deploymentName(release, idle);
  const autoscaler = requireAutoscaled(autoscalers, name, keep);
  const place = idleColor(state, idle);
  const scaleDown: Step = {
    ...place,
    kind: 'scale-down',
    deployment: name,
    from: replicas,
    to: keep,
    ...(autoscaler && keep === 0 && { autoscaler: autoscaler.metadata.name }),
  };
  const count: Step[] = counts ? [{ kind: 'count-connections', color: idle }] : [];
  return { ...common, steps: [...drain(place, last, afterSeconds), ...count, scaleDown], warnings: warnings(state) };
}

function drain({ service, guard, active, idle }: Idle, last: Operation | undefined, seconds: number): Step[] {
  if (seconds <= 0) return [];
  if (last) return [{ service, guard, active, idle, kind: 'drain', seconds, since: last.at }];
  throw new RefusedError(`service "${service}" does not say when traffic moved: leave out --after`);
}

function requireComplete(last: Operation | undefined, state: InstalledState): void {
  if (!last || !(isUnfinished(last) || isWatchCutOff(last))) return;
  const move = moveText(state, last.to);
  throw new RefusedError(
    `the ${last.kind} to ${last.to} by ${last.by} at ${last.at} is not complete: its outcome is "${last.outcome}"; ` +
      `if no run is at work on it, "kubectl bluegreen ${last.kind} ${state.release} --to ${last.to}" finishes it${move ? `, and ${move}` : ''}`,
  );
}

/**
 * The autoscaler of a Deployment; it would raise again what it finds below its minReplicas, except 0, where it is off.
 *
 * @throws RefusedError naming it, when it would
 * @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation
 */
export function requireAutoscaled(
  autoscalers: readonly HorizontalPodAutoscaler[],
  deployment: string,
  keep: number,
): HorizontalPodAutoscaler | undefined {
  const own = autoscalerOf(autoscalers, deployment);
  const least = own?.spec.minReplicas ?? 1;
  if (!own || keep === 0 || keep >= least) return own;
  throw new RefusedError(
    `horizontalpodautoscaler "${own.metadata.name}" keeps deployment "${deployment}" at ${least} replicas or more, ` +
      `so that ${keep} cannot be kept: use --keep ${least}, or --keep 0, which turns it off`,
  );
}

function warnings({ pods, release, activeColor, deployments }: InstalledState): string[] {
  const wanted = deployments[activeColor]?.spec.replicas ?? 1;
  const ready = podsOf(pods, release, activeColor).filter(isReady).length;
  return ready < wanted
    ? [`${activeColor} is active and has ${ready} of ${wanted} Pods ready: a rollback will have to scale up first`]
    : [];
}
