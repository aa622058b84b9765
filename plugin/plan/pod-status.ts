import type { ContainerStatus, Pod } from '../core/kubernetes.js';
import { versionOf } from './image.js';
import { isReady, isTerminating } from './state.js';

/** One Pod as `status -o json` shows it. */
export interface PodStatus {
  readonly name: string;
  /** Whether it gets traffic from Services that lead to it. */
  readonly ready: boolean;
  readonly containers: { readonly ready: number; readonly total: number };
  /** In kubectl's words: `Running`, `CrashLoopBackOff`, `Init:0/1`, `Terminating`. */
  readonly status: string;
  readonly restarts: number;
  /** When the container that restarted last had ended; null where none did. RFC 3339. */
  readonly lastRestartAt: string | null;
  readonly createdAt: string | null;
  readonly version: string;
  readonly image: string;
  /** Empty until it is scheduled. */
  readonly node: string;
  readonly ip: string;
}

/**
 * A Pod in the words of `kubectl get pods`.
 *
 * @param container - name of the release's container, whose image is shown
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/printers/internalversion/printers.go (printPod)
 */
export function podStatus(pod: Pod, container: string): PodStatus {
  const { metadata, spec, status = {} } = pod;
  const sidecars = sidecarsOf(pod);
  const statuses = [...sidecars, ...(status.containerStatuses ?? [])];
  // Until the Pod is initialized, only what the initialization does counts.
  const counted = isInitializing(pod) ? (status.initContainerStatuses ?? []) : statuses;
  const own = spec.containers.find(({ name }) => name === container) ?? spec.containers[0];
  return {
    name: metadata.name,
    ready: isReady(pod),
    containers: { ready: statuses.filter(serves).length, total: spec.containers.length + sidecars.length },
    status: reasonOf(pod),
    restarts: counted.reduce((sum, { restartCount }) => sum + restartCount, 0),
    lastRestartAt: latest(counted.map(({ lastState }) => lastState?.terminated?.finishedAt)),
    createdAt: metadata.creationTimestamp ?? null,
    version: versionOf(own?.image),
    image: own?.image ?? '',
    node: spec.nodeName ?? '',
    ip: status.podIP ?? '',
  };
}

const serves = ({ ready, state }: ContainerStatus) => ready && state?.running !== undefined;

/** Times that end in Z sort as text. */
const latest = (times: readonly (string | undefined)[]) => times.reduce<string | null>(later, null);
const later = (best: string | null, time: string | undefined) => (time && (!best || time > best) ? time : best);

const isSidecar = ({ spec }: Pod, name: string) =>
  spec.initContainers?.some((one) => one.name === name && one.restartPolicy === 'Always') ?? false;

const sidecarsOf = (pod: Pod) => (pod.status?.initContainerStatuses ?? []).filter(({ name }) => isSidecar(pod, name));

const conditionOf = ({ status }: Pod, type: string) => status?.conditions?.find((one) => one.type === type);

function reasonOf(pod: Pod): string {
  const { status = {} } = pod;
  if (isTerminating(pod) && status.reason === 'NodeLost') return 'Unknown';
  if (isTerminating(pod) && status.phase !== 'Succeeded' && status.phase !== 'Failed') return 'Terminating';
  const initializing = initReason(pod);
  if (initializing !== undefined && isInitializing(pod)) return initializing;
  const gated = conditionOf(pod, 'PodScheduled')?.reason === 'SchedulingGated' ? 'SchedulingGated' : undefined;
  const base = gated ?? (status.reason || status.phase || 'Unknown');
  const containers = status.containerStatuses ?? [];
  const reason = containers.map(containerReason).find((one) => one !== undefined) ?? base;
  if (reason !== 'Completed' || !containers.some(serves)) return reason;
  return isReady(pod) ? 'Running' : 'NotReady';
}

/** Why a container does not run; undefined when it does. */
function containerReason({ state }: ContainerStatus): string | undefined {
  const { waiting, terminated } = state ?? {};
  if (waiting?.reason) return waiting.reason;
  return terminated && (terminated.reason || endOf(terminated));
}

const endOf = ({ signal, exitCode }: { signal?: number; exitCode: number }) =>
  signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;

const isInitializing = (pod: Pod) =>
  initReason(pod) !== undefined && conditionOf(pod, 'Initialized')?.status !== 'True';

/** What the first init container that is not done is at. */
function initReason(pod: Pod): string | undefined {
  const statuses = pod.status?.initContainerStatuses ?? [];
  const index = statuses.findIndex(({ name, state, started }) => {
    if (state?.terminated?.exitCode === 0) return false;
    return !(isSidecar(pod, name) && started);
  });
  const { waiting, terminated } = statuses[index]?.state ?? {};
  if (index < 0) return undefined;
  if (terminated) return `Init:${terminated.reason || endOf(terminated)}`;
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return `Init:${index}/${pod.spec.initContainers?.length ?? statuses.length}`;
}
