import pMap from 'p-map';
import { COLOR_LABEL, type Color } from '../../charts/names.js';
import type { Check, PodCheck, TcpCheck } from '../../charts/policy.js';
import { RefusedError } from '../core/errors.js';
import type { Pod } from '../core/kubernetes.js';
import { checkKind, isHttp, podChecks } from '../plan/checks/kinds.js';
import type { Run } from '../run/context.js';
import { record, skip } from '../run/results.js';
import { type CheckEvidence, passCheck, type Target } from './pass-check.js';

/** More tunnels that open at once would make each other late, and a check's time is that of a Pod's answer. */
const PODS_AT_ONCE = 32;

/** Asks one Pod after the other, so many at once as tunnels may be; rejects with the first failure. */
export const eachPod = <T, R>(asked: Iterable<T>, ask: (one: T) => Promise<R>): Promise<R[]> =>
  pMap(asked, ask, { concurrency: PODS_AT_ONCE });

/** What one Pod answered: part of a promotion's evidence. */
export interface PodEvidence {
  readonly pod: string;
  readonly uid: string;
  /** The image that it runs, as its node reports it. */
  readonly imageID?: string;
  readonly checks: readonly CheckEvidence[];
}

/**
 * Asks every Pod every check that is about Pods, many Pods at once.
 *
 * @param others - of a Pod: what it is asked besides, at the same time
 * @throws RefusedError as soon as one failed a check as often as it may, or when there is none to ask
 */
export async function askPods(
  run: Run,
  pods: readonly Pod[],
  allChecks: readonly Check[],
  port: number,
  limit: AbortSignal,
  others: (pod: Pod) => readonly TcpCheck[] = () => [],
): Promise<PodEvidence[]> {
  const checks = podChecks(allChecks);
  if (checks.length === 0) throw new RefusedError('the release has no checks of its Pods: nothing would be verified');
  const stop = new AbortController();
  const signal = AbortSignal.any([limit, stop.signal]);
  const inTurns = pods.map((pod) => ({ pod, turns: [checks, others(pod)] }));
  try {
    return await eachPod(inTurns, ({ pod, turns }) => verifyPod(run, pod, turns, port, signal));
  } finally {
    stop.abort();
    for (const { pod, turns } of inTurns)
      for (const check of turns.flat()) skip(run.results, resultOf(pod, check, port));
  }
}

async function verifyPod(
  run: Run,
  pod: Pod,
  turns: readonly (readonly PodCheck[])[],
  port: number,
  signal: AbortSignal,
): Promise<PodEvidence> {
  const target: Target = { pod, port, agents: new Map() };
  const askInTurn = async (checks: readonly PodCheck[]) => {
    const results: CheckEvidence[] = [];
    for (const check of checks) {
      const started = run.clock.now();
      const result = () => ({ ...resultOf(pod, check, port), seconds: (run.clock.now() - started) / 1000 });
      try {
        results.push(await passCheck(run, target, check, signal));
        record(run.results, { ...result(), status: 'passed' });
      } catch (error) {
        if (!signal.aborted) record(run.results, { ...result(), status: 'failed', message: (error as Error).message });
        throw error;
      }
    }
    return results;
  };
  let results: CheckEvidence[];
  try {
    results = (await Promise.all(turns.map(askInTurn))).flat();
  } finally {
    for (const agent of target.agents.values()) agent.destroy();
  }
  const uid = pod.metadata.uid ?? '';
  run.verified.set(uid, pod);
  run.reached.set(uid, new Set([...(run.reached.get(uid) ?? []), ...checkedPorts(turns.flat(), port)]));
  return { pod: pod.metadata.name, uid, checks: results };
}

/** Ports that checks ask of every Pod. */
export function checkedPorts(checks: readonly PodCheck[], port: number): Set<number> {
  return new Set(checks.map((check) => (isHttp(check) ? check.port : check.tcp.port) ?? port));
}

function resultOf({ metadata }: Pod, check: PodCheck, port: number) {
  const color = metadata.labels?.[COLOR_LABEL] as Color;
  return { color, pod: metadata.name, check: check.name, kind: checkKind(check, port) };
}
