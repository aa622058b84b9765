import { backoff } from '../../core/backoff.js';
import { isTransient } from '../../core/errors.js';
import type { Pod } from '../../core/kubernetes.js';
import { containerStatus, startedInstance } from '../../plan/instance.js';
import type { Run } from '../../run/context.js';
import { logPosition } from '../../run/logs/position.js';
import { readLog } from '../../run/logs/read.js';

/** Between attempts to take up a log that broke off. */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [1000, 10_000];
const SETTLE_MS = 5000;
const LAST_LINES = 10;
const MAX_LINE_LENGTH = 2000;

/** The logs of a Job's Pods, told as progress while they are written. */
export interface JobLogs {
  /** Follows each Pod that has started and is not followed yet. */
  follow(pods: readonly Pod[]): void;
  /** Resolves when every log has ended, or does not for some seconds. */
  settled(): Promise<void>;
  /** The last lines that were told, each after its Pod's name. */
  readonly last: readonly string[];
}

export function jobLogs(run: Run, container: string, signal: AbortSignal): JobLogs {
  const following = new Map<string, Promise<void>>();
  const last: string[] = [];
  const tell = (line: string) => {
    run.reporter.info(line);
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
  };
  return {
    last,
    follow(pods) {
      for (const pod of pods) {
        if (following.has(pod.metadata.name) || !hasStarted(pod, container)) continue;
        following.set(pod.metadata.name, followPod(run, pod.metadata.name, container, tell, signal));
      }
    },
    async settled() {
      const pause = run.clock.sleep(SETTLE_MS, signal);
      pause.catch(() => undefined);
      await Promise.race([Promise.all(following.values()), pause]);
    },
  };
}

const hasStarted = (pod: Pod, container: string) => startedInstance(containerStatus(pod, container)) !== undefined;

async function followPod(
  run: Run,
  pod: string,
  container: string,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const position = logPosition();
  const pauses = backoff(run.clock, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  for (let isTold = false; ; isTold = true) {
    try {
      for await (const { text } of readLog(run, pod, { container, follow: 'true' }, position, signal))
        tell(`${pod}: ${text.slice(0, MAX_LINE_LENGTH)}`);
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isTransient(error))
        return run.reporter.warn(`cannot follow the log of pod "${pod}": ${(error as Error).message}`);
      if (!isTold) run.reporter.warn(`the log of pod "${pod}" broke off and is taken up again: ${error.message}`);
      await pauses.pause(signal).catch(() => undefined);
    }
  }
}
