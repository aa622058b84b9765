import type { Pod } from '../core/kubernetes.js';
import { isReady, isTerminating } from './state.js';

/**
 * What became of Pods that were ready and are not any more, in the cluster's words; undefined when all of them are.
 *
 * @param pods - all that are there, those that are being deleted among them
 * @param known - Pods that were ready, by UID
 */
export function describeLoss(pods: readonly Pod[], known: ReadonlyMap<string, Pod>): string | undefined {
  const byUid = new Map(pods.map((pod) => [pod.metadata.uid, pod]));
  const lost = [...known].flatMap(([uid, { metadata }]) => lossOf(metadata.name, byUid.get(uid)) ?? []);
  return lost.length > 0 ? lost.join('; ') : undefined;
}

function lossOf(name: string, pod: Pod | undefined): string | undefined {
  if (!pod) return `pod "${name}" is gone`;
  const { phase, reason, message } = pod.status ?? {};
  if (phase === 'Failed' || phase === 'Succeeded') return `pod "${name}" has ended${words(reason, message)}`;
  if (isTerminating(pod)) {
    const disruption = conditionOf(pod, 'DisruptionTarget');
    return `pod "${name}" is being deleted${words(disruption?.reason, disruption?.message)}`;
  }
  if (isReady(pod)) return undefined;
  const ready = conditionOf(pod, 'Ready');
  return `pod "${name}" is not ready${words(ready?.reason, ready?.message)}`;
}

/**
 * Which of these Pods was not ready for a while since it was verified, although it is again; undefined when none was.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions
 */
export function findFlap(pods: readonly Pod[], verified: ReadonlyMap<string, Pod>): string | undefined {
  const since = (pod: Pod | undefined) => pod && conditionOf(pod, 'Ready')?.lastTransitionTime;
  const flapped = pods.find((pod) => since(pod) !== since(verified.get(pod.metadata.uid ?? '')));
  return flapped && `pod "${flapped.metadata.name}" was not ready for a while, until ${since(flapped)},`;
}

/** @see https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions */
const conditionOf = ({ status }: Pod, type: string) => status?.conditions?.find((one) => one.type === type);

function words(reason: string | undefined, message: string | undefined): string {
  const said = [reason, message].filter(Boolean).join(': ');
  return said ? ` (${said})` : '';
}
