import type { ContainerStatus, Pod } from '../core/kubernetes.js';
import { isReady } from './state.js';

/** A container that cannot start, by the words of its kubelet. */
export interface PodFailure {
  readonly pod: Pod;
  readonly reason: string;
  /** Pod, container and reason, as an error says it. */
  readonly message: string;
  /** Stays the same until the kubelet has tried again. */
  readonly key: string;
}

/** A kubelet that says one of these has tried, and backs off or never tries again: after so long it has surely tried anew. */
const NEXT_TRY_SECONDS: Readonly<Record<string, number>> = {
  CreateContainerConfigError: 90,
  InvalidImageName: 90,
  ErrImageNeverPull: 90,
  ImagePullBackOff: 300,
  CrashLoopBackOff: 300,
};

/**
 * Reasons that a Pod's status shows unchanged before and after a try. An image that is pulled again, or a container that is
 * started again, is to be seen in between.
 */
const WITHOUT_TRACE = new Set(['CreateContainerConfigError', 'InvalidImageName', 'ErrImageNeverPull']);

/** After so long a try that leaves no trace was made. */
export const TRACELESS_TRY_MS = 90_000;

/**
 * A kubelet whose own copy of a ConfigMap or Secret is late waits with CreateContainerConfigError too, and tries again:
 * that says nothing of the Pod.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/util/manager/watch_based_manager.go
 */
const KUBELET_IS_LATE = /^failed to sync \S+ cache: /;

/** Every container of these Pods that cannot start, init containers and sidecars among them. */
export function podFailures(pods: readonly Pod[]): PodFailure[] {
  return containersOf(pods).flatMap(([pod, container]) => failureOf(pod, container) ?? []);
}

function containersOf(pods: readonly Pod[]): (readonly [Pod, ContainerStatus])[] {
  return pods.flatMap((pod) => {
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
    return [...initContainerStatuses, ...containerStatuses].map((container) => [pod, container] as const);
  });
}

function failureOf(pod: Pod, container: ContainerStatus): PodFailure | undefined {
  const { reason, message: words = '' } = container.state?.waiting ?? {};
  if (!reason || !Object.hasOwn(NEXT_TRY_SECONDS, reason) || KUBELET_IS_LATE.test(words)) return undefined;
  return {
    pod,
    reason,
    message: `pod "${pod.metadata.name}", container "${container.name}": ${reason}${detail(container)}`,
    key: keyOf(pod, container),
  };
}

function detail({ state, lastState }: ContainerStatus): string {
  const { reason, message } = state?.waiting ?? {};
  const last = lastState?.terminated;
  if (reason === 'CrashLoopBackOff' && last)
    return `: it ended with exit code ${last.exitCode}${last.reason ? ` (${last.reason})` : ''}`;
  return message ? `: ${message}` : '';
}

const prefix = ({ metadata }: Pod) => `pod ${metadata.uid} `;
const PULL_FAILED = 'ErrImagePull';
const PULL_BACKS_OFF = 'ImagePullBackOff';

/** What a container is at, told apart by its last try: one that has ended, and backs off a moment later, was not tried again. */
function keyOf(pod: Pod, { name, restartCount, state, lastState }: ContainerStatus): string {
  const { reason, message } = state?.waiting ?? {};
  const ended = state?.terminated ?? lastState?.terminated;
  const own = `${prefix(pod)}${name} ${restartCount} ${ended?.finishedAt ?? ''}`;
  if (state?.terminated || reason === 'CrashLoopBackOff') return `${own} ended`;
  // The message of a pull that failed is another one than that of the back-off after it.
  if (reason === PULL_FAILED || reason === PULL_BACKS_OFF) return `${own} ${reason}`;
  return `${own} ${reason ?? 'running'} ${message ?? ''}`;
}

/** Keys of what containers fail by, or are about to: to be remembered before a run changes anything. */
export function standingFailures(pods: readonly Pod[]): string[] {
  return containersOf(pods)
    .filter(([, { state }]) => state?.terminated || state?.waiting)
    .map(([pod, container]) => keyOf(pod, container));
}

/**
 * Forgets what was remembered of Pods that the kubelet has tried to start since: what they say now is new.
 *
 * @param earlier - keys of failures, and of other things, that stood before a run changed anything
 */
export function forgetTried(earlier: Set<string>, pods: readonly Pod[]): void {
  const standing = new Set(standingFailures(pods));
  for (const key of earlier) {
    if (standing.has(key) || !pods.some((pod) => key.startsWith(prefix(pod)))) continue;
    earlier.delete(key);
    const sequel = `${key.slice(0, -PULL_FAILED.length)}${PULL_BACKS_OFF}`;
    if (key.endsWith(PULL_FAILED) && standing.has(sequel)) earlier.add(sequel);
  }
}

/** Forgets failures of which a new try leaves no trace, once it must have been made. */
export function forgetTraceless(earlier: Set<string>, pods: readonly Pod[]): void {
  for (const { key, reason } of podFailures(pods)) if (WITHOUT_TRACE.has(reason)) earlier.delete(key);
}

/** Failures from before the run, of Pods that have not been tried since and have no traffic. */
export function earlierFailures(pods: readonly Pod[], earlier: ReadonlySet<string> = new Set()): PodFailure[] {
  return podFailures(pods).filter(({ pod, key }) => earlier.has(key) && !isReady(pod));
}

/** What is waited for, of a failure from before. */
export const waitingForTry = ({ message, reason }: PodFailure): string =>
  `${message}: this stood before the run; waiting for the kubelet's next try, ${NEXT_TRY_SECONDS[reason]}s at most`;
