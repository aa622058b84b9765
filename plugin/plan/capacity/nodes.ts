/**
 * Whether the nodes have room for the Pods that a plan makes: first fit, the largest Pods first.
 *
 * It is more generous than the scheduler, of which it knows no affinity, spread or volumes: what finds no room here
 * finds none there either, unless nodes are added.
 */
import type { Pod } from '../../core/kubernetes.js';
import { isTerminating } from '../state.js';
import type { Demand } from './demand.js';
import { type Node, needsOf, type PodNeeds, type Taint, type Toleration } from './objects.js';
import { type Amounts, add, amounts, podAmounts } from './pod.js';
import { formatQuantity } from './quantity.js';

const ONE = 1_000_000_000n;

/** A node and the Pods that are on it. */
export interface Occupied {
  readonly node: Node;
  readonly pods: readonly Pod[];
}

/** Pods for which there is no room. */
export interface Unplaced {
  readonly demand: Demand;
  readonly pods: number;
  /** What is left on each node that takes such Pods. */
  readonly rooms: readonly Amounts[];
}

export function placePods(demands: readonly Demand[], nodes: readonly Occupied[]): Unplaced[] {
  const gone = new Set(demands.flatMap(({ settled }) => settled.gone.map(({ metadata }) => metadata.uid)));
  const rooms = nodes.map(({ node, pods }) => ({ node, room: roomOn(node, pods, gone) }));
  return [...demands].sort(bySize).flatMap((demand) => {
    const need = needOf(demand.pod);
    const own = rooms.filter(({ node }) => takes(node, demand.pod));
    let left = demand.settled.pods;
    for (const place of own) {
      const count = fitting(place.room, need, left);
      place.room = add(place.room, need, BigInt(-count));
      left -= count;
    }
    return left > 0 ? [{ demand, pods: left, rooms: own.map(({ room }) => room) }] : [];
  });
}

const needOf = (pod: PodNeeds): Amounts => add(podAmounts(pod, 'requests'), new Map([['pods', ONE]]));

function bySize(a: Demand, b: Demand): number {
  const [first, second] = [needOf(a.pod), needOf(b.pod)];
  for (const resource of ['cpu', 'memory']) {
    const difference = (second.get(resource) ?? 0n) - (first.get(resource) ?? 0n);
    if (difference !== 0n) return difference > 0n ? 1 : -1;
  }
  return 0;
}

/** Pods that are ending give their part back. */
function roomOn(node: Node, pods: readonly Pod[], gone: ReadonlySet<string | undefined>): Amounts {
  const stays = (pod: Pod) =>
    !isTerminating(pod) && !gone.has(pod.metadata.uid) && !/^(Succeeded|Failed)$/.test(pod.status?.phase ?? '');
  return pods
    .filter(stays)
    .reduce((room, pod) => add(room, needOf(needsOf(pod)), -1n), amounts(node.status?.allocatable));
}

function fitting(room: Amounts, need: Amounts, wanted: number): number {
  let count = BigInt(wanted);
  for (const [name, amount] of need) {
    const fits = amount > 0n ? (room.get(name) ?? 0n) / amount : count;
    if (fits < count) count = fits;
  }
  return Math.max(Number(count), 0);
}

/** Whether a Pod may run on a node, as far as selector and taints say. */
export function takes(node: Node, { nodeSelector = {}, tolerations = [] }: PodNeeds): boolean {
  const isLabelled = Object.entries(nodeSelector).every(([name, value]) => node.metadata.labels?.[name] === value);
  const cordon: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  const taints = [...(node.spec?.taints ?? []), ...(node.spec?.unschedulable ? [cordon] : [])];
  return (
    isLabelled &&
    taints
      .filter(({ effect }) => effect !== 'PreferNoSchedule')
      .every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)))
  );
}

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  return operator === 'Exists' || (Boolean(key) && value === (taint.value ?? ''));
}

/** By how much the nodes do not have room, in words. */
export function describeUnplaced({ demand, pods, rooms }: Unplaced): string {
  const of = `${pods} of ${demand.settled.pods} new Pods of deployment "${demand.deployment}"`;
  const end = 'they wait until there is room, or until nodes are added';
  if (rooms.length === 0) return `no node takes ${of}, by its labels and taints: ${end}`;
  const need = needOf(demand.pod);
  const lacking = [...need].flatMap(([resource, amount]) => {
    let most = 0n;
    for (const room of rooms) if ((room.get(resource) ?? 0n) > most) most = room.get(resource) ?? 0n;
    if (most >= amount) return [];
    const show = (value: bigint) => formatQuantity(value, resource);
    return [
      `${show(amount)} of ${resource}, and no node has more than ${show(most)} left: ${show(amount - most)} too little`,
    ];
  });
  const why = lacking.length > 0 ? `each needs ${lacking.join('; ')}` : 'no node has all left that one needs';
  return `there is no room for ${of}: ${why}; ${end}`;
}
