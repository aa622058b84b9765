/** The Pods that a plan makes: how many at once, and what they ask for. */
import { COLORS, deploymentName } from '../../../charts/names.js';
import type { Deployment, Pod } from '../../core/kubernetes.js';
import { contains } from '../manifests.js';
import { newestReplicaSet, podsOf, podsOfReplicaSet, type State } from '../state.js';
import type { Plan, Step } from '../steps.js';
import { needsOf, type PodNeeds } from './objects.js';

/** New Pods, and the old ones that are gone before these are made. */
export interface Change {
  readonly pods: number;
  readonly gone: readonly Pod[];
}

export interface Demand {
  readonly deployment: string;
  readonly isNew: boolean;
  readonly pod: PodNeeds;
  /** Before the first new Pod is ready: what a quota must have room for. */
  readonly atOnce: Change;
  /** When nothing of the old version is left that may go before: what nodes must have room for. */
  readonly settled: Change;
}

type Strategy = Deployment['spec']['strategy'];

/** What steps make of a Deployment. */
interface Wanted {
  readonly spec: Deployment['spec'];
  /** Whether its Pods are replaced. */
  readonly replaces: boolean;
}

/** @param unchanged - Deployments of which the server says that applying them changes no Pod */
export function planDemands(plan: Plan, state: State, unchanged: ReadonlySet<string> = new Set()): Demand[] {
  return COLORS.flatMap((color) => {
    const live = state.deployments[color];
    const name = deploymentName(plan.release, color);
    const found = wantedOf(plan.steps, live, name);
    if (!found) return [];
    const wanted = unchanged.has(name) ? { ...found, replaces: false } : found;
    const pods = podsOf(state.pods, plan.release, color);
    const current = live && podsOfReplicaSet(pods, newestReplicaSet(state.replicaSets, live));
    return [
      {
        deployment: name,
        isNew: live === undefined,
        pod: withOverhead(needsOf(wanted.spec.template), state.pods),
        ...changesOf(wanted, pods, current ?? []),
      },
    ];
  });
}

function wantedOf(steps: readonly Step[], live: Deployment | undefined, name: string): Wanted | undefined {
  const isIt = (object: { kind: string; metadata: { name: string } }) =>
    object.kind === 'Deployment' && object.metadata.name === name;
  // What follows the wait only puts the strategy back.
  const end = steps.findIndex(({ kind }) => kind === 'wait');
  let wanted: Wanted | undefined = live && { spec: live.spec, replaces: false };
  let touched = false;
  for (const step of end < 0 ? steps : steps.slice(0, end)) {
    if (step.kind === 'apply') {
      const manifest = step.objects.find(isIt) as Deployment | undefined;
      if (!manifest) continue;
      const replicas = manifest.spec.replicas ?? live?.spec.replicas ?? 1;
      const replaces = live !== undefined && !contains(live.spec.template, manifest.spec.template);
      wanted = { spec: { ...manifest.spec, replicas }, replaces };
    } else if (step.kind === 'patch' && step.deployment === name && wanted) {
      const { replicas, strategy, image } = step.patch;
      const spec = {
        ...wanted.spec,
        ...(replicas !== undefined && { replicas }),
        ...(strategy && { strategy }),
      };
      wanted = { ...wanted, spec, replaces: image !== undefined };
    } else if (step.kind === 'scale' && step.deployment === name && wanted) {
      wanted = { ...wanted, spec: { ...wanted.spec, replicas: step.to } };
    } else continue;
    touched = true;
  }
  return touched ? wanted : undefined;
}

function changesOf({ spec, replaces }: Wanted, pods: readonly Pod[], current: readonly Pod[]) {
  const replicas = spec.replicas ?? 1;
  const { surge, unavailable } = paceOf(spec.strategy, replicas);
  const one = (change: Change) => ({ atOnce: change, settled: change });
  if (replaces && surge === 'recreate') return one({ pods: replicas, gone: pods });
  const missing = replicas - (replaces ? 0 : current.length);
  const most = surge === 'recreate' ? missing : replicas + surge - pods.length;
  const atOnce = { pods: Math.max(Math.min(missing, most), 0), gone: [] };
  return replaces && unavailable > 0 ? { atOnce, settled: { pods: replicas, gone: pods } } : one(atOnce);
}

/** @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment */
function paceOf(strategy: Strategy, replicas: number): { surge: number | 'recreate'; unavailable: number } {
  if (strategy?.type === 'Recreate') return { surge: 'recreate', unavailable: replicas };
  const { maxSurge = '25%', maxUnavailable = '25%' } = strategy?.rollingUpdate ?? {};
  return { surge: share(maxSurge, replicas, Math.ceil), unavailable: share(maxUnavailable, replicas, Math.floor) };
}

const share = (part: number | string, replicas: number, round: (value: number) => number): number =>
  typeof part === 'number' ? part : round((Number.parseInt(part, 10) * replicas) / 100);

/** Admission adds what a RuntimeClass takes to every Pod of it; Pods of it that are there show how much. */
function withOverhead(pod: PodNeeds, pods: readonly Pod[]): PodNeeds {
  const { overhead, runtimeClassName } = pod;
  if (overhead || !runtimeClassName) return pod;
  const seen = pods.map(needsOf).find((other) => other.runtimeClassName === runtimeClassName)?.overhead;
  return seen ? { ...pod, overhead: seen } : pod;
}
