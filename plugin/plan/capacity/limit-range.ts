/** Whether the LimitRanges of a namespace let Pods be made. The API server's admission compares alike. */
import type { ContainerNeeds, LimitRange, LimitRangeItem, PodNeeds } from './objects.js';
import { type Amounts, amounts, containerAmounts, withDefaults } from './pod.js';
import { formatQuantity } from './quantity.js';

/** A Pod that is to be made, and the object that makes it, such as `deployment "shop-green"`. */
export interface NewPod {
  readonly owner: string;
  readonly pod: PodNeeds;
}

const ONE = 1_000_000_000n;

/**
 * Why the API server would refuse Pods, a line for each bound that is not kept.
 *
 * @see https://kubernetes.io/docs/concepts/policy/limit-range/
 */
export function findLimitRangeRefusals(pods: readonly NewPod[], limitRanges: readonly LimitRange[]): string[] {
  return pods.flatMap(({ owner, pod }) => {
    const complete = withDefaults(pod, limitRanges);
    const containers = [...complete.containers, ...(complete.initContainers ?? [])];
    return [
      ...containers.flatMap((one) => findAboveDefault(one, owner, limitRanges)),
      ...limitRanges.flatMap((range) => refusedBy(range, owner, complete, containers)),
    ];
  });
}

function refusedBy(
  { metadata, spec }: LimitRange,
  owner: string,
  pod: PodNeeds,
  containers: readonly ContainerNeeds[],
): string[] {
  return (spec?.limits ?? []).flatMap((item) => {
    const bounds = { item, range: metadata.name };
    if (item.type === 'Pod') {
      const sums = { requests: containerAmounts(pod, 'requests'), limits: containerAmounts(pod, 'limits') };
      return outOfBounds({ ...bounds, who: `each Pod of ${owner}`, ...sums });
    }
    if (item.type !== 'Container') return [];
    return containers.flatMap(({ name, resources }) =>
      outOfBounds({
        ...bounds,
        who: `container "${name}" of ${owner}`,
        requests: amounts(resources?.requests),
        limits: amounts(resources?.limits),
      }),
    );
  });
}

interface Compared {
  readonly item: LimitRangeItem;
  readonly range: string;
  readonly who: string;
  readonly requests: Amounts;
  readonly limits: Amounts;
}

function outOfBounds({ item, range, who, requests, limits }: Compared): string[] {
  const kinds = { requests, limits };
  const bound = (resource: string, least: boolean, value: bigint, required: keyof typeof kinds): string[] => {
    const show = (amount: bigint) => formatQuantity(amount, resource);
    const wants = `LimitRange "${range}" wants at ${least ? 'least' : 'most'} ${show(value)} for each ${item.type}`;
    if (!kinds[required].has(resource)) return [`${who} does not say its ${required}.${resource}: ${wants}`];
    return (['requests', 'limits'] as const).flatMap((kind) => {
      const amount = kinds[kind].get(resource);
      if (amount === undefined || (least ? amount >= value : amount <= value)) return [];
      return [`${who} has ${show(amount)} of ${kind}.${resource}: ${wants}`];
    });
  };
  return [
    ...[...amounts(item.min)].flatMap(([resource, value]) => bound(resource, true, value, 'requests')),
    ...[...amounts(item.max)].flatMap(([resource, value]) => bound(resource, false, value, 'limits')),
    ...[...amounts(item.maxLimitRequestRatio)].flatMap(([resource, ratio]) => {
      const [request = 0n, limit = 0n] = [requests.get(resource), limits.get(resource)];
      if (request > 0n && limit > 0n && limit * ONE <= ratio * request) return [];
      const show = (amount: bigint) => formatQuantity(amount, resource);
      return [
        `${who} has a limit of ${show(limit)} and a request of ${show(request)} of ${resource}: ` +
          `LimitRange "${range}" wants a limit of at most ${formatQuantity(ratio, '')} times the request for each ${item.type}`,
      ];
    }),
  ];
}

/** A limit that a container gets by default is no less a limit: a request above it is refused. */
function findAboveDefault(
  { name, resources }: ContainerNeeds,
  owner: string,
  limitRanges: readonly LimitRange[],
): string[] {
  const limits = amounts(resources?.limits);
  return [...amounts(resources?.requests)].flatMap(([resource, request]) => {
    const limit = limits.get(resource);
    const range = limitRanges.find(({ spec }) =>
      spec?.limits?.some(({ type, default: given }) => type === 'Container' && given?.[resource] !== undefined),
    );
    if (limit === undefined || request <= limit || !range) return [];
    const show = (amount: bigint) => formatQuantity(amount, resource);
    return [
      `container "${name}" of ${owner} has ${show(request)} of requests.${resource}, more than its limit of ${show(limit)}, ` +
        `which LimitRange "${range.metadata.name}" gives it: set limits.${resource}`,
    ];
  });
}
