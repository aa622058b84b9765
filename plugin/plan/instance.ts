import type { ContainerStatus, Pod, PodTemplate } from '../core/kubernetes.js';

/** A container of a Pod as its kubelet tells it, one that initializes the Pod among them. */
export function containerStatus({ status }: Pod, container: string): ContainerStatus | undefined {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return statuses.find(({ name }) => name === container);
}

/**
 * Which run of a container its log is of: 0 for the first, one more after each restart; undefined before it started.
 * While the kubelet backs off, the log is that of the run that ended.
 */
export function startedInstance(status: ContainerStatus | undefined): number | undefined {
  if (!status) return undefined;
  const { state, lastState, restartCount } = status;
  const hasStarted = state?.running ?? state?.terminated ?? lastState?.terminated;
  return hasStarted ? restartCount : undefined;
}

/** Whether a container ran before the run that its log is of. */
export const hasPrevious = (status: ContainerStatus | undefined): boolean =>
  status?.lastState?.terminated !== undefined;

/** Whether nothing of a Pod runs any more, nor ever will. */
export const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** Names of a Pod's containers, those that initialize it first. */
export function containerNames({ spec }: Pick<Pod, 'spec'> | PodTemplate): string[] {
  return [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
}
