import type { Color } from '../../charts/names.js';
import {
  type Condition,
  type ContainerStatus,
  type Deployment,
  type Pod,
  REVISION_ANNOTATION,
  type ReplicaSet,
} from '../kubernetes.js';
import { isReady, livePods, newestReplicaSet, podsOf, podsOfReplicaSet } from './state.js';

export interface RolloutView {
  readonly deployment: Deployment;
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  /** What was refused before this run changed anything, as `refusalsOf` gives it. */
  readonly earlier?: ReadonlySet<string>;
}

export type RolloutProgress =
  | { readonly phase: 'ready'; readonly pods: readonly Pod[] }
  | { readonly phase: 'waiting'; readonly message: string }
  /** It will not become ready by waiting; `pod` is the Pod whose logs say more. */
  | { readonly phase: 'failed'; readonly message: string; readonly pod?: Pod; readonly crashed?: boolean };

/** A kubelet that says one of these has tried, and backs off or never tries again. */
const FATAL_REASONS = new Set([
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CrashLoopBackOff',
]);

/**
 * A kubelet whose own copy of a ConfigMap or Secret is late waits with CreateContainerConfigError too, and tries again:
 * that says nothing of the Pod.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/util/manager/watch_based_manager.go
 */
const KUBELET_IS_LATE = /^failed to sync \S+ cache: /;

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
  const failed = podFailure(pods) ?? (refusal && !isEarlier ? refusalFailure(deployment, refusal) : undefined);
  if (failed) return failed;

  const ready = pods.filter(isReady);
  const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status;
  if (updatedReplicas < wanted || replicas > updatedReplicas || availableReplicas < wanted || ready.length < wanted)
    return { phase: 'waiting', message: progressMessage(deployment, pods, ready.length, wanted, refusal) };
  return { phase: 'ready', pods: ready };
}

/** Two watches are two views: the Deployment may speak of a ReplicaSet that was not seen yet. */
function isCurrent(replicaSet: ReplicaSet | undefined, { metadata }: Deployment): boolean {
  const revision = metadata.annotations?.[REVISION_ANNOTATION];
  return revision === undefined || replicaSet?.metadata.annotations?.[REVISION_ANNOTATION] === revision;
}

function progressMessage(
  deployment: Deployment,
  pods: readonly Pod[],
  ready: number,
  wanted: number,
  earlier: Condition | undefined,
): string {
  const unschedulable = pods
    .flatMap((pod) => pod.status?.conditions ?? [])
    .find((condition) => condition.type === 'PodScheduled' && condition.status === 'False' && condition.message);
  const { name } = deployment.metadata;
  if (ready >= wanted)
    return `deployment "${name}": ${ready} of ${wanted} replicas are ready, old Pods are still to go`;
  const base = `deployment "${name}" is not ready: ${ready} of ${wanted} replicas are ready`;
  if (unschedulable) return `${base}: ${unschedulable.message}`;
  return earlier ? `${base}: it is tried again since ${earlier.reason}: ${earlier.message}` : base;
}

/** Why a Pod of these will not start, by the words of its kubelet. */
export function podFailure(pods: readonly Pod[]): (RolloutProgress & { phase: 'failed' }) | undefined {
  for (const pod of pods) {
    for (const container of [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]) {
      const { reason, message: words = '' } = container.state?.waiting ?? {};
      if (!reason || !FATAL_REASONS.has(reason) || KUBELET_IS_LATE.test(words)) continue;
      const message = `pod "${pod.metadata.name}", container "${container.name}": ${reason}${detail(container)}`;
      return { phase: 'failed', message, pod, crashed: reason === 'CrashLoopBackOff' };
    }
  }
  return undefined;
}

function detail(container: ContainerStatus): string {
  const last = container.lastState?.terminated;
  if (container.state?.waiting?.reason === 'CrashLoopBackOff' && last)
    return `: it ended with exit code ${last.exitCode}${last.reason ? ` (${last.reason})` : ''}`;
  const { message } = container.state?.waiting ?? {};
  return message ? `: ${message}` : '';
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
 * The refusals that stand now. One that still stands after a change says nothing of it: a ReplicaSet that was not scaled
 * keeps its condition as it is until a later try succeeds.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/replicaset/replica_set_utils.go
 */
export function refusalsOf(replicaSets: readonly ReplicaSet[]): string[] {
  return replicaSets.flatMap((replicaSet) => {
    const refusal = refusalOf(replicaSet);
    return refusal ? [refusalKey(replicaSet, refusal)] : [];
  });
}

const refusalKey = (replicaSet: ReplicaSet | undefined, { lastTransitionTime, message }: Condition): string =>
  `${replicaSet?.metadata.uid} ${lastTransitionTime} ${message}`;
