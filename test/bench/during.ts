import { setTimeout as sleep } from 'node:timers/promises';
import { begin, quietly } from '../demo/command.js';
import type { Answers, LoadReport } from '../load/load.js';
import { startServiceLoad } from '../load/start.js';

/** What clients and the cluster saw while some commands ran. */
export interface Observed {
  /** Until the last command ended. */
  readonly seconds: number;
  /** From the first answer of a version on new connections to the last of the one before; 0 when they never overlapped. */
  readonly mixedSeconds: number;
  /** Until the last answer of the version before, on new connections. */
  readonly switchedAfterSeconds: number;
  /** The most Pods that there were at once, of those that count. */
  readonly mostPods: number;
  readonly requests: number;
  readonly failed: number;
  /** Answers of the version that was released. */
  readonly reached: number;
}

const POLL_MS = 100;
const PODS_MS = 500;

/**
 * Runs commands one after the other under load.
 *
 * @param service - the Service that the load asks
 * @param version - the version that is released, or left
 * @throws Error with what a command printed that ended with another exit code than expected
 */
export async function during(
  namespace: string,
  { service, selector, version }: { service: string; selector: string; version: string },
  commands: readonly { readonly line: string; readonly exitCode?: number }[],
): Promise<Observed> {
  const load = await startServiceLoad(namespace, service);
  const first = await load.report();
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  let running = true;
  let [mostPods, seconds] = [0, 0];
  const changes: { at: number; versions: ReadonlySet<string> }[] = [];

  const countPods = async () => {
    for (; running; await sleep(PODS_MS)) {
      const names = await quietly(`kubectl get pods --namespace ${namespace} --selector ${selector} --output name`);
      mostPods = Math.max(mostPods, names.split('\n').filter(Boolean).length);
    }
  };
  const readAnswers = async () => {
    for (let before = first; running; await sleep(POLL_MS)) {
      const now = await load.report();
      changes.push({ at: since(), versions: answeredSince(before, now) });
      before = now;
    }
  };
  const work = async () => {
    for (const { line, exitCode = 0 } of commands) {
      const ran = await begin(line);
      if (ran.exitCode !== exitCode)
        throw new Error(`${line}: exit code ${ran.exitCode}, want ${exitCode}: ${ran.all}`);
    }
    seconds = since();
    await sleep(10 * POLL_MS);
  };
  try {
    await Promise.all([work().finally(() => (running = false)), countPods(), readAnswers()]);
  } finally {
    running = false;
  }
  const { requests, failed, answers } = await load.stop();
  return {
    seconds,
    mostPods,
    requests,
    failed,
    reached: answered(answers.newConnections, version),
    ...overlap(changes),
  };
}

/** The versions that answered a new connection between two reports. */
function answeredSince(before: LoadReport, now: LoadReport): Set<string> {
  const counts = now.answers.newConnections;
  const grown = Object.keys(counts).filter((name) => counts[name] !== before.answers.newConnections[name]);
  return new Set(grown.map(versionOf));
}

const versionOf = (name: string) => name.split(' ')[1] ?? '';

function answered(answers: Answers, version: string): number {
  const counts = Object.entries(answers).filter(([name]) => versionOf(name) === version);
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

function overlap(changes: readonly { at: number; versions: ReadonlySet<string> }[]) {
  const [old] = changes[0]?.versions ?? [];
  const news = changes.filter(({ versions }) => [...versions].some((version) => version !== old));
  const olds = changes.filter(({ versions }) => old !== undefined && versions.has(old));
  const [firstNew, lastOld] = [news[0]?.at, olds.at(-1)?.at ?? 0];
  const mixedSeconds = firstNew === undefined ? 0 : Math.max(0, lastOld - firstNew);
  return { mixedSeconds, switchedAfterSeconds: firstNew === undefined ? 0 : lastOld };
}
