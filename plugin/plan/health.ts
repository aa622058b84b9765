import type { Pod } from '../core/kubernetes.js';
import { isReady } from './state.js';

/** Restarts of each container of a color, as they were when a watch began, by Pod UID and container name. */
export type Baseline = ReadonlyMap<string, number>;

const restarts = (pods: readonly Pod[]): [string, number, string][] =>
  pods.flatMap((pod) =>
    (pod.status?.containerStatuses ?? []).map((container): [string, number, string] => [
      `${pod.metadata.uid}/${container.name}`,
      container.restartCount,
      `pod "${pod.metadata.name}", container "${container.name}"`,
    ]),
  );

export function baseline(pods: readonly Pod[]): Baseline {
  return new Map(restarts(pods).map(([key, count]) => [key, count]));
}

/** What restarted since; undefined while nothing did. */
export function findRestart(pods: readonly Pod[], before: Baseline): string | undefined {
  for (const [key, count, name] of restarts(pods)) {
    const more = count - (before.get(key) ?? 0);
    if (more > 0) return `${name} restarted ${more === 1 ? 'once' : `${more} times`}`;
  }
  return undefined;
}

/** Why a color that has the traffic is no longer healthy; undefined while it is. */
export function findSickness(pods: readonly Pod[], wanted: number, before: Baseline): string | undefined {
  const restarted = findRestart(pods, before);
  if (restarted !== undefined) return restarted;
  const ready = pods.filter(isReady).length;
  return ready < wanted ? `${ready} of ${wanted} Pods are ready` : undefined;
}
