import type { Query } from '../../kube/api.js';
import { resourcePath } from '../../kube/resources.js';
import type { Run } from '../context.js';
import { type LogLine, readLogLine } from './line.js';
import type { LogPosition } from './position.js';

/**
 * The lines of a container's log after a position, as they are there.
 *
 * @param query - as the API has it: container, follow, previous, and how far back a log is read that was not read before
 * @throws ApiError when the server or the kubelet refuses, UnreachableError when the connection broke
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod
 */
export async function* readLog(
  { api, namespace }: Pick<Run, 'api' | 'namespace'>,
  pod: string,
  query: Query,
  position: LogPosition,
  signal: AbortSignal,
): AsyncIterable<LogLine> {
  const { tailLines, sinceSeconds, ...always } = query;
  const from = position.last === undefined ? query : { ...always, sinceTime: position.last };
  position.again();
  const path = `${resourcePath('Pod', namespace, pod)}/log`;
  for await (const raw of api.lines(path, { ...from, timestamps: 'true' }, signal)) {
    const line = readLogLine(raw);
    if (position.advance(line.at)) yield line;
  }
}
