import { ApiError } from '../../core/errors.js';
import type { Pod } from '../../core/kubernetes.js';
import { containerStatus, hasPrevious, startedInstance } from '../../plan/instance.js';
import { allPodsOf } from '../../plan/state.js';
import type { Run } from '../../run/context.js';
import type { LogRequest, Tell } from '../../run/logs/follow.js';
import type { LogLine, Source } from '../../run/logs/line.js';
import { mergeByTime } from '../../run/logs/merge.js';
import { logPosition } from '../../run/logs/position.js';
import { readLog } from '../../run/logs/read.js';

type SourcedLine = LogLine & { readonly source: Source };

/**
 * Tells the lines that the Pods of some colors have written so far, in the order of their times.
 *
 * @param previous - those of each container before its last restart
 * @returns from how many containers
 * @throws ApiError when the server does not let a log be read
 */
export async function printLogs(
  run: Run,
  pods: readonly Pod[],
  { colors, containersOf, since }: LogRequest,
  previous: boolean,
  tell: Tell,
  signal: AbortSignal,
): Promise<number> {
  const sources = colors.flatMap((color) =>
    allPodsOf(pods, run.release, color).flatMap((pod) =>
      containersOf(pod)
        .map((container) => ({ container, status: containerStatus(pod, container) }))
        .filter(({ status }) => (previous ? hasPrevious(status) : startedInstance(status) !== undefined))
        .map(({ container }): Source => ({ color, pod: pod.metadata.name, container })),
    ),
  );
  const query = { ...since, ...(previous && { previous: 'true' }) };
  const logs = sources.map((source) => linesOf(run, source, query, signal));
  for await (const line of mergeByTime(logs)) await tell(line, line.source);
  return sources.length;
}

async function* linesOf(
  run: Run,
  source: Source,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncIterable<SourcedLine> {
  try {
    const lines = readLog(run, source.pod, { container: source.container, ...query }, logPosition(), signal);
    for await (const line of lines) yield { ...line, source };
  } catch (error) {
    // It went away meanwhile, or the kubelet has removed its log; the others are there.
    if (!(error instanceof ApiError && (error.status === 400 || error.status === 404))) throw error;
    run.reporter.warn(error.message);
  }
}
