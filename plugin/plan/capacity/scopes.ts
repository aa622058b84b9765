/** Which Pods a quota is for. */
import type { PodNeeds, ResourceQuota } from './objects.js';
import { amounts } from './pod.js';

/** @see https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-scopes */
export function matchesScopes({ spec }: ResourceQuota, pod: PodNeeds): boolean {
  const scopes = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists', values: [] as string[] }));
  return [...scopes, ...(spec?.scopeSelector?.matchExpressions ?? [])].every(({ scopeName, operator, values = [] }) => {
    switch (scopeName) {
      case 'Terminating':
        return pod.activeDeadlineSeconds !== undefined;
      case 'NotTerminating':
        return pod.activeDeadlineSeconds === undefined;
      case 'BestEffort':
        return isBestEffort(pod);
      case 'NotBestEffort':
        return !isBestEffort(pod);
      case 'PriorityClass':
        return isSelected(pod.priorityClassName ?? '', operator, values);
      case 'CrossNamespacePodAffinity':
        return looksIntoNamespaces(pod);
      default:
        // A scope of later versions: rather no refusal than a wrong one.
        return false;
    }
  });
}

function isSelected(priorityClass: string, operator: string, values: readonly string[]): boolean {
  switch (operator) {
    case 'Exists':
      return priorityClass !== '';
    case 'DoesNotExist':
      return priorityClass === '';
    case 'In':
      return values.includes(priorityClass);
    default:
      return operator === 'NotIn' && !values.includes(priorityClass);
  }
}

/** No container says anything of CPU or memory. */
function isBestEffort({ containers, initContainers = [], resources }: PodNeeds): boolean {
  return [{ resources }, ...containers, ...initContainers].every(({ resources: own }) =>
    [...amounts(own?.requests), ...amounts(own?.limits)].every(
      ([name, amount]) => !['cpu', 'memory'].includes(name) || amount === 0n,
    ),
  );
}

function looksIntoNamespaces({ affinity }: PodNeeds): boolean {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].some((each) =>
    [
      ...(each?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(each?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
    ].some((term) => (term?.namespaces?.length ?? 0) > 0 || term?.namespaceSelector !== undefined),
  );
}
