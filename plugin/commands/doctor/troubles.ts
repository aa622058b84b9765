import { COLORS, type Color } from '../../../charts/names.js';
import type { ContainerStatus, Pod } from '../../core/kubernetes.js';
import { podSpecOf } from '../../plan/pod-spec.js';
import { isReady, podsOf } from '../../plan/state.js';
import type { Facts } from './facts.js';

export type Sickness =
  | 'image-pull'
  | 'image-never-pull'
  | 'image-name'
  | 'container-config'
  | 'container-create'
  | 'crash'
  | 'out-of-memory'
  | 'unschedulable'
  | 'volume-mount'
  | 'starting'
  | 'not-ready';

/** What keeps Pods of a color from being ready, and which. */
export interface Trouble {
  readonly color: Color;
  readonly sickness: Sickness;
  /** The kubelet's or the scheduler's word for it. */
  readonly reason: string;
  readonly message: string;
  readonly container?: string;
  readonly pods: readonly Pod[];
}

type One = Omit<Trouble, 'color' | 'pods'>;

/** @see https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff */
const WAITING: Readonly<Record<string, Sickness>> = {
  ErrImagePull: 'image-pull',
  ImagePullBackOff: 'image-pull',
  ImageInspectError: 'image-pull',
  RegistryUnavailable: 'image-pull',
  ErrImageNeverPull: 'image-never-pull',
  InvalidImageName: 'image-name',
  CreateContainerConfigError: 'container-config',
  CreateContainerError: 'container-create',
  RunContainerError: 'container-create',
  CrashLoopBackOff: 'crash',
};

/** `2 Pods of green`. */
export const podCount = (count: number, color: Color): string => `${count} ${count === 1 ? 'Pod' : 'Pods'} of ${color}`;

/** Why Pods of both colors are not ready, those of the same reason together. */
export function findTroubles(facts: Facts): Trouble[] {
  return COLORS.flatMap((color) => troublesOf(facts, color));
}

export function troublesOf(facts: Facts, color: Color): Trouble[] {
  const groups = new Map<string, { one: One; pods: Pod[] }>();
  for (const pod of podsOf(facts.state.pods, facts.release, color)) {
    if (isReady(pod)) continue;
    const one = diagnose(pod, facts);
    const key = `${one.sickness}/${one.container ?? ''}`;
    const group = groups.get(key) ?? { one, pods: [] };
    group.pods.push(pod);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ one, pods }) => ({ ...one, color, pods }));
}

function diagnose(pod: Pod, facts: Facts): One {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const status of statuses) {
    const sick = containerTrouble(status);
    if (sick) return { ...sick, container: status.name };
  }
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False')
    return { sickness: 'unschedulable', reason: scheduled.reason ?? 'Pending', message: scheduled.message ?? '' };
  const mount = facts.events.find(
    ({ involvedObject, reason }) =>
      involvedObject.name === pod.metadata.name &&
      /^(FailedMount|FailedAttachVolume|FailedCreatePodSandBox)$/.test(reason ?? ''),
  );
  const creating = statuses.length === 0 || statuses.some(({ state }) => state?.waiting);
  if (mount && creating) return { sickness: 'volume-mount', reason: mount.reason ?? '', message: mount.message ?? '' };
  return isStarting(pod, facts.now)
    ? { sickness: 'starting', reason: 'Starting', message: 'its probes have not passed yet, and still have time' }
    : { sickness: 'not-ready', reason: 'NotReady', message: notReadyMessage(pod) };
}

function containerTrouble({
  state,
  lastState,
  restartCount,
  ready,
}: ContainerStatus): Omit<One, 'container'> | undefined {
  const { waiting, terminated } = state ?? {};
  const ended = terminated ?? lastState?.terminated;
  const crashed = ended !== undefined && (ended.exitCode !== 0 || waiting?.reason === 'CrashLoopBackOff');
  const waits = waiting?.reason ? WAITING[waiting.reason] : undefined;
  if (waits && waits !== 'crash')
    return { sickness: waits, reason: waiting?.reason ?? '', message: waiting?.message ?? '' };
  const sick = waits === 'crash' || (crashed && (terminated !== undefined || (restartCount > 0 && !ready)));
  if (!sick) return undefined;
  const reason = waiting?.reason ?? ended?.reason ?? 'Error';
  const message = ended
    ? `it ended with exit code ${ended.exitCode}${ended.reason ? ` (${ended.reason})` : ''}, ${restartCount} restarts`
    : (waiting?.message ?? '');
  return { sickness: ended?.reason === 'OOMKilled' ? 'out-of-memory' : 'crash', reason, message };
}

function notReadyMessage(pod: Pod): string {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  return condition?.message ?? 'its condition Ready is not True';
}

/** Seconds beyond what the probes need: for the scheduler, and clocks that differ. */
const GRACE_SECONDS = 5;

/** Whether a Pod is so young that its probes may not have had the time to pass. */
function isStarting(pod: Pod, now: number): boolean {
  const created = pod.metadata.creationTimestamp;
  return podSpecOf(pod).containers.some(({ name, startupProbe, readinessProbe }) => {
    const status = pod.status?.containerStatuses?.find((one) => one.name === name);
    const toStart = startupProbe && !status?.started ? seconds(startupProbe, startupProbe.failureThreshold ?? 3) : 0;
    const toBeReady = readinessProbe ? seconds(readinessProbe, (readinessProbe.successThreshold ?? 1) + 1) : 0;
    const since = Date.parse(status?.state?.running?.startedAt ?? created ?? '');
    return now < since + (toStart + toBeReady + GRACE_SECONDS) * 1000;
  });
}

const seconds = (probe: { initialDelaySeconds?: number; periodSeconds?: number }, periods: number) =>
  (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * periods;
