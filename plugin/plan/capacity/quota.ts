/** Whether the quotas of a namespace let a plan make its Pods. The API server counts alike, and refuses what is too much. */
import type { KubernetesObject, Pod, Service } from '../../core/kubernetes.js';
import type { Demand } from './demand.js';
import { type LimitRange, needsOf, type PodNeeds, type ResourceQuota } from './objects.js';
import { type Amounts, add, amounts, hasPodResources, podAmounts, quotaNames, withDefaults } from './pod.js';
import { formatQuantity } from './quantity.js';
import { matchesScopes } from './scopes.js';

export interface QuotaInput {
  readonly demands: readonly Demand[];
  /** Objects that the plan makes besides Pods. */
  readonly created: readonly KubernetesObject[];
  readonly quotas: readonly ResourceQuota[];
  readonly limitRanges: readonly LimitRange[];
}

const ONE = 1_000_000_000n;
const NONE: Amounts = new Map();

/** Why the API server would refuse Pods or other objects of a plan, a line for each resource; none when it would not. */
export function findQuotaShortages({ demands, created, quotas, limitRanges }: QuotaInput): string[] {
  const making = demands
    .filter(({ atOnce }) => atOnce.pods > 0)
    .map((demand) => ({ ...demand, pod: withDefaults(demand.pod, limitRanges) }));
  return quotas.flatMap((quota) => {
    const within = making.filter(({ pod }) => matchesScopes(quota, pod));
    const unsaid = within.flatMap((demand) => findUnsaid(quota, demand));
    return unsaid.length > 0
      ? unsaid
      : findShortages(quota, within, isScoped(quota) ? [] : objectCounts(created, making));
  });
}

const isScoped = ({ spec }: ResourceQuota): boolean =>
  Boolean(spec?.scopes?.length || spec?.scopeSelector?.matchExpressions?.length);

function findShortages(
  quota: ResourceQuota,
  demands: readonly Demand[],
  counts: readonly [string, bigint][],
): string[] {
  const hard = amounts(quota.status?.hard);
  const used = amounts(quota.status?.used);
  const need = demands.reduce((sum, demand) => add(sum, atOnce(quota, demand)), new Map(counts) as Amounts);
  return [...need].flatMap(([resource, amount]) => {
    const [most, taken] = [hard.get(resource), used.get(resource)];
    if (most === undefined || taken === undefined || amount <= 0n || taken + amount <= most) return [];
    const show = (value: bigint) => formatQuantity(value, resource);
    const left = most > taken ? show(most - taken) : 'none';
    const wants = resource === 'pods' || resource === 'count/pods' ? '' : ` with ${show(amount)} of ${resource}`;
    const what = counts.some(([name]) => name === resource)
      ? `this needs ${show(amount)} more of ${resource}`
      : `${needed(demands)}${wants}`;
    return [
      `${what}: quota "${quota.metadata.name}" has ${left} of ${resource} left (${show(taken)} of ${show(most)} used): ` +
        `${show(taken + amount - most)} too little`,
    ];
  });
}

function needed(demands: readonly Demand[]): string {
  const pods = demands.reduce((sum, demand) => sum + demand.atOnce.pods, 0);
  const names = demands.map(({ deployment }) => `"${deployment}"`).join(' and ');
  const plural = demands.length === 1 ? ['', 'needs'] : ['s', 'need'];
  return `deployment${plural[0]} ${names} ${plural[1]} ${pods} more ${pods === 1 ? 'Pod' : 'Pods'}`;
}

/** What a Deployment's Pods take of a quota, less what its old Pods give back before. */
function atOnce(quota: ResourceQuota, { pod, atOnce: { pods, gone } }: Demand): Amounts {
  const back = gone.filter((old: Pod) => matchesScopes(quota, needsOf(old)));
  const taken = add(NONE, usage(pod), BigInt(pods));
  return back.reduce((sum, old) => add(sum, usage(needsOf(old)), -1n), taken);
}

function usage(pod: PodNeeds): Amounts {
  const own = quotaNames(podAmounts(pod, 'requests'), podAmounts(pod, 'limits'));
  return new Map([...own, ['pods', ONE], ['count/pods', ONE]]);
}

const REQUIRED = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

/** A quota of CPU or memory takes only Pods of which every container says how much. */
function findUnsaid(quota: ResourceQuota, { deployment, pod }: Demand): string[] {
  if (hasPodResources(pod)) return [];
  const required = REQUIRED.filter((name) => Object.hasOwn(quota.status?.hard ?? {}, name));
  return [...pod.containers, ...(pod.initContainers ?? [])].flatMap(({ name, resources }) => {
    const said = quotaNames(amounts(resources?.requests), amounts(resources?.limits));
    const missing = required.filter((resource) => !said.has(resource));
    if (missing.length === 0) return [];
    return [
      `container "${name}" of deployment "${deployment}" does not say its ${missing.join(', ')}, ` +
        `which quota "${quota.metadata.name}" wants of each, and no LimitRange has a default`,
    ];
  });
}

/** Objects under the names by which a quota counts them. */
function objectCounts(created: readonly KubernetesObject[], demands: readonly Demand[]): [string, bigint][] {
  const names = created.flatMap((object) => [...kindNames(object), ...serviceNames(object as Service)]);
  const replicaSets = demands.filter(({ isNew }) => isNew).map(() => 'count/replicasets.apps');
  const counts = new Map<string, bigint>();
  for (const name of [...names, ...replicaSets]) counts.set(name, (counts.get(name) ?? 0n) + ONE);
  return [...counts];
}

/** `configmaps` and `count/configmaps`, `count/deployments.apps`. */
function kindNames({ apiVersion, kind }: KubernetesObject): string[] {
  const lower = kind.toLowerCase();
  const plural = lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : lower.endsWith('s') ? `${lower}es` : `${lower}s`;
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return group ? [`count/${plural}${group}`] : [plural, `count/${plural}`];
}

/** @see https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-on-object-count */
function serviceNames({ kind, spec }: Service): string[] {
  if (kind !== 'Service' || !spec) return [];
  const ports = (spec.ports ?? []).map(() => 'services.nodeports');
  if (spec.type === 'LoadBalancer') return ['services.loadbalancers', ...ports];
  return spec.type === 'NodePort' ? ports : [];
}
