import { COLORS } from '../../../charts/names.js';
import { ApiError } from '../../core/errors.js';
import type { ContainerStatus, Pod } from '../../core/kubernetes.js';
import type { Api } from '../../kube/api.js';
import { resourcePath } from '../../kube/resources.js';
import { isReady, podsOf } from '../../plan/state.js';

const LINES = '10';
const MAX_LINE_LENGTH = 500;
/** Pods of a color fail alike: a few are enough to see why. */
const PODS_EACH = 2;

type LogQuery = { readonly pod: string; readonly container: string; readonly previous: boolean };

/** The Pods whose logs may say why, and of which container of each: the previous one where it was restarted. */
export function logsWanted(release: string, pods: readonly Pod[], jobPods: readonly Pod[]): LogQuery[] {
  const sick = (pod: Pod) =>
    !isReady(pod) || (pod.status?.containerStatuses ?? []).some(({ restartCount }) => restartCount > 0);
  const failed = ({ status }: Pod) => status?.phase === 'Failed';
  const wanted = [
    ...COLORS.flatMap((color) => podsOf(pods, release, color).filter(sick).slice(0, PODS_EACH)),
    ...jobPods.filter(failed).slice(-PODS_EACH),
  ];
  return wanted.flatMap((pod) => {
    const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
    const status = statuses.find((one) => hasRun(one) && !one.ready) ?? statuses.find(hasRun);
    return status ? [{ pod: pod.metadata.name, container: status.name, previous: isPrevious(status) }] : [];
  });
}

const hasRun = ({ state, lastState }: ContainerStatus) =>
  state?.running !== undefined || state?.terminated !== undefined || lastState?.terminated !== undefined;

const isPrevious = ({ state, restartCount }: ContainerStatus) => restartCount > 0 && state?.terminated === undefined;

/** @returns the last lines by the name of the Pod */
export async function readLogs(
  api: Api,
  namespace: string,
  wanted: readonly LogQuery[],
): Promise<Map<string, string[]>> {
  const logs = await Promise.all(
    wanted.map(async ({ pod, container, previous }): Promise<[string, string[]]> => {
      const path = `${resourcePath('Pod', namespace, pod)}/log`;
      try {
        const text = await api.text(path, { container, tailLines: LINES, previous: String(previous) });
        const lines = text.trimEnd().split('\n').filter(Boolean);
        return [pod, lines.map((line) => line.slice(0, MAX_LINE_LENGTH))];
      } catch (error) {
        if (error instanceof ApiError && error.status === 403) throw error;
        // The container may be gone from its node, and its log with it.
        return [pod, []];
      }
    }),
  );
  return new Map(logs);
}
