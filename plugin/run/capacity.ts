/** Looks whether the Pods of a plan fit into the quotas and LimitRanges of their namespace and onto the nodes, before anything is done. */
import { isDeepStrictEqual } from 'node:util';
import { ApiError, RefusedError, UnreachableError } from '../core/errors.js';
import type { Deployment, KubernetesObject, Pod } from '../core/kubernetes.js';
import { objectPath, resourcePath } from '../kube/resources.js';
import { type Demand, planDemands } from '../plan/capacity/demand.js';
import { findLimitRangeRefusals, type NewPod } from '../plan/capacity/limit-range.js';
import { describeUnplaced, type Occupied, placePods, takes } from '../plan/capacity/nodes.js';
import { type LimitRange, type Node, needsOf, type ResourceQuota } from '../plan/capacity/objects.js';
import { withDefaults } from '../plan/capacity/pod.js';
import { findQuotaShortages } from '../plan/capacity/quota.js';
import type { PlanInput } from '../plan/input.js';
import { objectKey } from '../plan/manifests.js';
import { isTerminating } from '../plan/state.js';
import type { Plan } from '../plan/steps.js';
import type { Run } from './context.js';

/** More nodes are not looked at: a cluster of so many adds some, or has room on one of these. */
const MAX_NODES = 20;
const NODES_AT_ONCE = 5;

/** What limits a namespace, and what of it may not be read. */
export interface Limits {
  readonly quotas: readonly ResourceQuota[];
  readonly limitRanges: readonly LimitRange[];
  /** Resources that could not be listed. */
  readonly unseen: readonly string[];
}

/** Reads what limits a namespace: two small lists, to be asked for together with everything else. */
export async function observeLimits({ api, namespace }: Run): Promise<Limits> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const unseen: string[] = [];
  const [quotas, limitRanges] = await Promise.all([
    optional(unseen, 'resourcequotas', async () => (await api.list<ResourceQuota>(`${path}/resourcequotas`)).items),
    optional(unseen, 'limitranges', async () => (await api.list<LimitRange>(`${path}/limitranges`)).items),
  ]);
  return { quotas: quotas ?? [], limitRanges: limitRanges ?? [], unseen };
}

/** Quota data is optional: missing permission or no answer must not block a deploy. */
async function optional<T>(unseen: string[], what: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof UnreachableError)) throw error;
    unseen.push(what);
    return undefined;
  }
}

/**
 * The plan, with a warning when the nodes have no room for its Pods.
 *
 * @param told - what the run has said already, and need not say again
 * @throws RefusedError when a quota or a LimitRange does not let them be made: by how much
 */
export async function requireRoom(
  run: Run,
  plan: Plan,
  input: PlanInput,
  limits: Limits,
  told: Set<string>,
): Promise<Plan> {
  const demands = planDemands(plan, input.state);
  const created = createdBy(plan, input);
  const migrates = plan.steps.some(({ kind }) => kind === 'migrate');
  if (!demands.some(addsPods) && created.length === 0 && !migrates) return plan;
  // Only the server knows whether a manifest that differs from what is there means another Pod.
  const confirmed = async () => planDemands(plan, input.state, await unchangedBy(run, plan, input));
  const shortages = (of: readonly Demand[]) => findQuotaShortages({ demands: of, created, ...limits });
  const outOfRange = (of: readonly Demand[]) => findLimitRangeRefusals(newPods(of), limits.limitRanges);
  const refused = (of: readonly Demand[]) => [...outOfRange(of), ...shortages(of)];
  const certain = refused(demands).length > 0 ? await confirmed() : [];
  const ranges = [...(await migrationsOutOfRange(run, plan, limits)), ...outOfRange(certain)];
  const quotas = shortages(certain);
  if (ranges.length + quotas.length > 0) {
    const hint = ranges.length > 0 ? RANGE_HINT : quotaHint(input);
    throw new RefusedError([...ranges, ...quotas, hint].join('\n'));
  }

  const unseen = [...limits.unseen];
  const findShortage = async (of: readonly Demand[]) =>
    of.some(({ settled }) => settled.pods > 0)
      ? await optional(unseen, 'nodes and their pods', () => lookAtNodes(run, of, limits))
      : undefined;
  const warning = (await findShortage(demands)) && (await findShortage(await confirmed()));
  const unknown = `whether the Pods fit is not known: ${unseen.sort().join(', ')} cannot be listed`;
  if (unseen.length > 0 && !told.has(unknown)) {
    told.add(unknown);
    run.reporter.info(unknown);
  }
  return warning ? { ...plan, warnings: [...plan.warnings, warning] } : plan;
}

const addsPods = ({ atOnce, settled }: Demand): boolean => atOnce.pods + settled.pods > 0;

const newPods = (demands: readonly Demand[]): NewPod[] =>
  demands.filter(addsPods).map(({ deployment, pod }) => ({ owner: `deployment "${deployment}"`, pod }));

/** The Job of a plan's migrations, unless it is there: one that has run is not made again. */
async function migrationsOutOfRange({ api, namespace }: Run, { steps }: Plan, { limitRanges }: Limits) {
  const found: string[] = [];
  for (const { job } of steps.filter((step) => step.kind === 'migrate')) {
    const { name } = job.metadata;
    const pod = { owner: `job "${name}"`, pod: needsOf(job.spec.template) };
    const refused = findLimitRangeRefusals([pod], limitRanges);
    if (refused.length > 0 && !(await api.find(resourcePath('Job', namespace, name)))) found.push(...refused);
  }
  return found;
}

function createdBy({ steps }: Plan, { live }: PlanInput): KubernetesObject[] {
  return steps.flatMap((step) => {
    if (step.kind === 'create') return [...step.services];
    if (step.kind !== 'apply') return [];
    return step.objects.filter((object) => !live.has(objectKey(object)));
  });
}

async function unchangedBy({ api, namespace }: Run, { steps }: Plan, { live }: PlanInput): Promise<Set<string>> {
  const applied = steps
    .flatMap((step) => (step.kind === 'apply' ? step.objects : []))
    .filter((object): object is Deployment => object.kind === 'Deployment' && live.has(objectKey(object)));
  const changed: string[] = [];
  for (const wanted of applied) {
    const { name } = wanted.metadata;
    const now = live.get(objectKey(wanted)) as Deployment;
    // An admission webhook may not answer a dry run: then what the manifest says counts.
    const would = await optional(changed, name, () =>
      api.apply<Deployment>(objectPath(wanted, namespace), wanted, { dryRun: true }),
    );
    if (would && !isDeepStrictEqual(would.spec.template, now.spec.template)) changed.push(name);
  }
  return new Set(applied.map(({ metadata }) => metadata.name).filter((name) => !changed.includes(name)));
}

const RANGE_HINT = "change the spec's resources or the LimitRange; --skip-capacity-check tries all the same";

function quotaHint({ state }: PlanInput): string {
  const ending = state.pods.filter(isTerminating).length;
  return ending > 0
    ? `${ending} Pods of ${state.release} are ending: try again when they are gone`
    : 'change the quota or what the Pods ask for, or free some of it; --skip-capacity-check tries all the same';
}

/**
 * Asks for a few nodes at a time and for the Pods on them, and ends as soon as there is room.
 *
 * @returns what to warn of; undefined also where there are more nodes than are looked at
 */
async function lookAtNodes(
  { api }: Run,
  wanted: readonly Demand[],
  { limitRanges }: Limits,
): Promise<string | undefined> {
  const demands = wanted.map((demand) => ({ ...demand, pod: withDefaults(demand.pod, limitRanges) }));
  const { items, metadata } = await api.list<Node>('/api/v1/nodes', { limit: String(MAX_NODES) });
  const nodes = items.filter((node) => demands.some(({ pod }) => takes(node, pod)));
  const seen: Occupied[] = [];
  let unplaced = placePods(demands, seen);
  for (let next = 0; next < nodes.length && unplaced.length > 0; next += NODES_AT_ONCE) {
    const batch = nodes.slice(next, next + NODES_AT_ONCE);
    seen.push(...(await Promise.all(batch.map(async (node) => ({ node, pods: await podsOn(node) })))));
    unplaced = placePods(demands, seen);
  }
  if (unplaced.length === 0 || metadata.continue) return undefined;
  return unplaced.map(describeUnplaced).join('\n');

  async function podsOn({ metadata: { name } }: Node): Promise<Pod[]> {
    const fieldSelector = `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed`;
    return (await api.list<Pod>('/api/v1/pods', { fieldSelector })).items;
  }
}
