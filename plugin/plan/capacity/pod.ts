/** How much a Pod asks for, as the API server and the scheduler count it. */
import type { ContainerNeeds, LimitRange, PodNeeds, Quantities } from './objects.js';
import { parseQuantity } from './quantity.js';

/** Amounts by resource, in billionths. */
export type Amounts = ReadonlyMap<string, bigint>;

export function amounts(quantities: Quantities = {}): Amounts {
  return new Map(
    Object.entries(quantities).flatMap(([name, text]) => {
      const amount = parseQuantity(text);
      return amount === undefined ? [] : [[name, amount] as const];
    }),
  );
}

export function add(a: Amounts, b: Amounts, times = 1n): Amounts {
  const sum = new Map(a);
  for (const [name, amount] of b) sum.set(name, (sum.get(name) ?? 0n) + amount * times);
  return sum;
}

function most(a: Amounts, b: Amounts): Amounts {
  const result = new Map(a);
  for (const [name, amount] of b) if (amount > (result.get(name) ?? 0n)) result.set(name, amount);
  return result;
}

/**
 * A Pod as admission leaves it: requests come from limits, and what a container leaves out from the namespace.
 *
 * @see https://kubernetes.io/docs/concepts/policy/limit-range/
 */
export function withDefaults(pod: PodNeeds, limitRanges: readonly LimitRange[]): PodNeeds {
  const defaults = limitRanges.flatMap(({ spec }) => spec?.limits ?? []).filter(({ type }) => type === 'Container');
  const complete = (container: ContainerNeeds): ContainerNeeds => {
    const { requests, limits } = container.resources ?? {};
    // The first that says something counts.
    const given = (key: 'default' | 'defaultRequest'): Quantities =>
      Object.fromEntries(defaults.toReversed().flatMap((item) => Object.entries(item[key] ?? {})));
    return {
      ...container,
      resources: {
        requests: { ...given('defaultRequest'), ...limits, ...requests },
        limits: { ...given('default'), ...limits },
      },
    };
  };
  return {
    ...pod,
    containers: pod.containers.map(complete),
    ...(pod.initContainers && { initContainers: pod.initContainers.map(complete) }),
  };
}

type Kind = 'requests' | 'limits';

/** What a Pod takes of a node: its containers, and what its RuntimeClass adds. */
export function podAmounts(pod: PodNeeds, kind: Kind): Amounts {
  const containers = containerAmounts(pod, kind);
  const overhead = [...amounts(pod.overhead)].filter(([name]) => kind === 'requests' || containers.get(name));
  return add(containers, new Map(overhead));
}

/**
 * What all containers of a Pod take at the time when they take most of it.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export function containerAmounts(pod: PodNeeds, kind: Kind): Amounts {
  const of = ({ resources }: ContainerNeeds) => amounts(resources?.[kind]);
  const none: Amounts = new Map();
  let running = pod.containers.reduce((sum, container) => add(sum, of(container)), none);
  let sidecars = none;
  let starting = none;
  for (const container of pod.initContainers ?? []) {
    const isSidecar = container.restartPolicy === 'Always';
    if (isSidecar) running = add(running, of(container));
    if (isSidecar) sidecars = add(sidecars, of(container));
    starting = most(starting, isSidecar ? sidecars : add(sidecars, of(container)));
  }
  return new Map([...most(running, starting), ...amounts(pod.resources?.[kind])]);
}

export const hasPodResources = ({ resources }: PodNeeds): boolean =>
  Object.keys({ ...resources?.requests, ...resources?.limits }).length > 0;

const PLAIN = ['cpu', 'memory', 'ephemeral-storage'];

/**
 * Amounts under the names that a quota gives them.
 *
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/#compute-resource-quota
 */
export function quotaNames(requests: Amounts, limits: Amounts): Amounts {
  const isPlain = (name: string) => PLAIN.includes(name) || name.startsWith('hugepages-');
  return new Map([
    ...[...requests].flatMap(([name, amount]): [string, bigint][] => [
      ...(isPlain(name) ? [[name, amount] as [string, bigint]] : []),
      [`requests.${name}`, amount],
    ]),
    ...[...limits]
      .filter(([name]) => PLAIN.includes(name))
      .map(([name, amount]): [string, bigint] => [`limits.${name}`, amount]),
  ]);
}
