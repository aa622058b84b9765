import { type Change, soonest } from '../../core/change.js';
import { ApiError, UnreachableError } from '../../core/errors.js';
import type { Pod } from '../../core/kubernetes.js';
import type { Query } from '../../kube/api.js';
import { containerStatus, isOver, startedInstance } from '../../plan/instance.js';
import type { Run } from '../context.js';
import type { LogLine } from './line.js';
import { logPosition } from './position.js';
import { readLog } from './read.js';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;

export interface Followed {
  readonly pod: string;
  readonly container: string;
  /** The Pod as it is now; undefined when it is gone. */
  readonly current: () => Pod | undefined;
  /** Tells of changes of the Pod. */
  readonly changed: Change;
  /** How far back the log is read at first; undefined for a Pod that is new: from its beginning. */
  readonly since: Query | undefined;
}

/**
 * Tells the lines of a container as they come, over its restarts and over connections that break, until its Pod is gone.
 *
 * @throws ApiError when the server does not let the log be read
 */
export async function followContainer(
  run: Run,
  { pod, container, current, changed, since }: Followed,
  tell: (line: LogLine) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const position = logPosition();
  /** The last run of the container that was told; undefined before the first of a Pod that was there already. */
  let told = since ? undefined : -1;
  let isCutOff = false;
  let isWarned = false;
  let pauseMs = FIRST_PAUSE_MS;

  async function read(query: Query): Promise<void> {
    for await (const line of readLog(run, pod, { container, ...query }, position, signal)) {
      pauseMs = FIRST_PAUSE_MS;
      isWarned = false;
      await tell(line);
    }
  }

  for (;;) {
    signal.throwIfAborted();
    const next = changed.next();
    const now = current();
    if (!now) return;
    const instance = startedInstance(containerStatus(now, container));
    if (instance === undefined || instance <= (told ?? -1)) {
      if (isOver(now)) return;
      await soonest([next], undefined, run.clock, signal);
      continue;
    }
    try {
      // If a container ended before its start was seen, the kubelet still has the log of its last run.
      const missed = told !== undefined && (instance > told + 1 || (isCutOff && instance > told));
      if (missed && instance > 0) await read({ previous: 'true' }).catch(ignoreAbsence);
      isCutOff = true;
      await read({ follow: 'true', ...(told === undefined ? since : {}) });
      isCutOff = false;
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw error;
      if (!isWarned && !isAbsence(error)) {
        isWarned = true;
        run.reporter.warn(`the log of pod "${pod}" broke off and is taken up again: ${error.message}`);
      }
    }
    // The end of a stream may be seen before that of the container, or be the end of the connection alone.
    await soonest([next], pauseMs, run.clock, signal);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    const after = current();
    const status = after && containerStatus(after, container);
    if (status?.restartCount !== instance || !status.state?.running) told = instance;
  }
}

/** Waiting may help: anything but access that is denied. */
function mayPass(error: unknown): error is Error {
  if (error instanceof ApiError) return error.status !== 401 && error.status !== 403;
  return error instanceof UnreachableError;
}

/** The Pod is gone, or the container has not started or not ended yet. */
const isAbsence = (error: unknown) => error instanceof ApiError && (error.status === 400 || error.status === 404);

function ignoreAbsence(error: unknown): void {
  if (!isAbsence(error)) throw error;
}
