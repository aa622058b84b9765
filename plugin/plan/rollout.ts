import type { Color } from '../../charts/names.js';
import { type Condition, type Deployment, type Pod, REVISION_ANNOTATION, type ReplicaSet } from '../core/kubernetes.js';
import { counted } from '../core/text.js';
import { deletionOf } from './deletion.js';
import { earlierFailures, type PodFailure, podFailures, standingFailures, waitingForTry } from './pod-failure.js';
import { isReady, livePods, newestReplicaSet, podsOf, podsOfReplicaSet } from './state.js';

type Status = NonNullable<Deployment['status']>;

export interface RolloutView {
  readonly deployment: Deployment;
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  /** What stood before this run changed anything, as `standing` gives it. */
  readonly earlier?: ReadonlySet<string>;
}

export type RolloutProgress =
  | { readonly phase: 'ready'; readonly pods: readonly Pod[] }
  /** `hanging` are Pods that could not start before this run, and have not been tried since. */
  | { readonly phase: 'waiting'; readonly message: string; readonly hanging?: readonly Pod[] }
  /** It will not become ready by waiting; `pod` is the Pod whose logs say more. */
  | { readonly phase: 'failed'; readonly message: string; readonly pod?: Pod; readonly crashed?: boolean };

/** Whether a color's Deployment has become what its spec says. */
export function rolloutProgress(view: RolloutView, release: string, color: Color): RolloutProgress {
  return deploymentProgress({ ...view, pods: podsOf(view.pods, release, color) });
}

/**
 * Whether a Deployment has become what its spec says, judged from one view of it and of its Pods.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export function deploymentProgress(view: RolloutView): RolloutProgress {
  const { deployment } = view;
  const { name } = deployment.metadata;
  const status = deployment.status ?? {};
  const wanted = deployment.spec.replicas ?? 1;
  const deletion = deletionOf(deployment);
  if (deletion) return { phase: 'failed', message: `deployment "${name}" ${deletion}` };
  if (deployment.spec.paused)
    return { phase: 'failed', message: `deployment "${name}" is paused: resume it with "kubectl rollout resume"` };
  if ((status.observedGeneration ?? 0) < (deployment.metadata.generation ?? 0))
    return { phase: 'waiting', message: `deployment "${name}" is not yet observed` };

  const replicaSet = newestReplicaSet(view.replicaSets, deployment);
  if (!isCurrent(replicaSet, deployment))
    return { phase: 'waiting', message: `deployment "${name}" has no ReplicaSet of its new template yet` };
  const pods = podsOfReplicaSet(livePods(view.pods), replicaSet);
  const refusal = refusalOf(replicaSet);
  const isEarlier = refusal !== undefined && view.earlier?.has(refusalKey(replicaSet, refusal));
  const failed =
    podFailure(pods, view.earlier) ?? (refusal && !isEarlier ? refusalFailure(deployment, refusal) : undefined);
  if (failed) return failed;

  const ready = pods.filter(isReady);
  const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status;
  if (updatedReplicas < wanted || replicas > updatedReplicas || availableReplicas < wanted || ready.length < wanted) {
    const hanging = earlierFailures(pods, view.earlier);
    const message = progressMessage(deployment, pods, ready.length, hanging, refusal);
    return { phase: 'waiting', message, ...(hanging.length > 0 && { hanging: hanging.map(({ pod }) => pod) }) };
  }
  return { phase: 'ready', pods: ready };
}

/** Two watches are two views: the Deployment may speak of a ReplicaSet that was not seen yet. */
function isCurrent(replicaSet: ReplicaSet | undefined, { metadata }: Deployment): boolean {
  const revision = metadata.annotations?.[REVISION_ANNOTATION];
  return revision === undefined || replicaSet?.metadata.annotations?.[REVISION_ANNOTATION] === revision;
}

function progressMessage(
  { metadata, spec, status = {} }: Deployment,
  pods: readonly Pod[],
  ready: number,
  [hanging]: readonly PodFailure[],
  refusal: Condition | undefined,
): string {
  const wanted = spec.replicas ?? 1;
  if (ready >= wanted)
    return `deployment "${metadata.name}": ${ready} of ${wanted} replicas are ready; ${whatIsLeft(status, wanted)}`;
  const base = `deployment "${metadata.name}" is not ready: ${ready} of ${wanted} replicas are ready`;
  const unschedulable = pods
    .flatMap((pod) => pod.status?.conditions ?? [])
    .find((condition) => condition.type === 'PodScheduled' && condition.status === 'False' && condition.message);
  if (unschedulable) return `${base}: ${unschedulable.message}`;
  if (hanging) return `${base}: ${waitingForTry(hanging)}`;
  return refusal ? `${base}: it is tried again since ${refusal.reason}: ${refusal.message}` : base;
}

/** What a Deployment still counts, although enough of its Pods are ready. */
function whatIsLeft({ replicas = 0, updatedReplicas = 0, availableReplicas = 0 }: Status, wanted: number): string {
  const old = replicas - updatedReplicas;
  if (old > 0) return `waiting for ${counted(old, 'old Pod')} to end`;
  return `the Deployment counts ${Math.min(availableReplicas, updatedReplicas)} of ${wanted} as available`;
}

/** Why a Pod of these will not start, by the words of its kubelet; what it said before the run began is no answer to the run. */
export function podFailure(
  pods: readonly Pod[],
  earlier: ReadonlySet<string> = new Set(),
): (RolloutProgress & { phase: 'failed' }) | undefined {
  const failure = podFailures(pods).find(({ key }) => !earlier.has(key));
  if (!failure) return undefined;
  const { message, pod, reason } = failure;
  return { phase: 'failed', message, pod, crashed: reason === 'CrashLoopBackOff' };
}

function refusalFailure(
  { metadata }: Deployment,
  { reason, message }: Condition,
): RolloutProgress & { phase: 'failed' } {
  return { phase: 'failed', message: `deployment "${metadata.name}": ${reason}: ${message}` };
}

/**
 * Quota and admission refuse Pods; the ReplicaSet says so in a condition. The Deployment repeats it, but also what the
 * ReplicaSet said before it was scaled: the refusal of an earlier try, whose cause may be gone.
 */
export function refusalOf(replicaSet: ReplicaSet | undefined): Condition | undefined {
  const { conditions, observedGeneration = 0 } = replicaSet?.status ?? {};
  if (observedGeneration < (replicaSet?.metadata.generation ?? 0)) return undefined;
  return conditions?.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
}

/**
 * What stands now: refusals of Pods, and containers that cannot start. What still stands after a change says nothing of it:
 * a ReplicaSet that was not scaled keeps its condition as it is until a later try succeeds, and a kubelet that backs off
 * repeats the words of its last try.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/replicaset/replica_set_utils.go
 */
export function standing(replicaSets: readonly ReplicaSet[], pods: readonly Pod[]): string[] {
  const refusals = replicaSets.flatMap((replicaSet) => {
    const refusal = refusalOf(replicaSet);
    return refusal ? [refusalKey(replicaSet, refusal)] : [];
  });
  return [...refusals, ...standingFailures(pods)];
}

const refusalKey = (replicaSet: ReplicaSet | undefined, { lastTransitionTime, message }: Condition): string =>
  `${replicaSet?.metadata.uid} ${lastTransitionTime} ${message}`;
