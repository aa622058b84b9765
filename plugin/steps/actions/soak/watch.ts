import { activeServiceName, type Color } from '../../../../charts/names.js';
import type { Check } from '../../../../charts/policy.js';
import { verifyPods } from '../../../checks/verify.js';
import { RefusedError, UnprovenError } from '../../../core/errors.js';
import type { Pod } from '../../../core/kubernetes.js';
import { PortClosedError, TunnelError } from '../../../kube/tunnel-error.js';
import { podChecks } from '../../../plan/checks/kinds.js';
import { isReady } from '../../../plan/state.js';
import type { Run } from '../../../run/context.js';
import { tellLoss } from '../../../run/tell-loss.js';
import { keepLooking, requireTraffic } from '../../../traffic/keep-traffic.js';
import { watchClients } from './watch-clients.js';
import { watchEvents } from './watch-events.js';
import { watchHealth } from './watch-health.js';

const CHECK_INTERVAL_MS = 10_000;

export interface WatchRequest {
  readonly color: Color;
  readonly seconds: number;
  readonly checks: readonly Check[];
  readonly port: number;
  /** Pods that it was prepared with; undefined: as many as are ready when the watch begins. */
  readonly replicas?: number | undefined;
  /** Reasons of Warning events that do not matter. */
  readonly ignoreEventReasons?: readonly string[] | undefined;
}

/**
 * Watches the color that has the traffic: its Pods' readiness and restarts, its Deployment's template and the Warning events
 * about it as they come, its Pods' checks and what clients ask every 10 s, and that traffic stays on it. Commands among the checks are not run again.
 *
 * @returns undefined when it stayed healthy for as long as asked, else why it did not
 * @throws UnprovenError when another run or a person has moved traffic on
 */
export async function watchColor(
  run: Run,
  { color, seconds, checks, port, replicas, ignoreEventReasons = [] }: WatchRequest,
): Promise<string | undefined> {
  const done = new AbortController();
  const signal = AbortSignal.any([run.signal, done.signal]);
  let check: () => void = () => undefined;
  try {
    const following = { signal, onChange: () => check(), clock: run.clock, onLost: tellLoss(run, 'watch') };
    const health = await watchHealth(run, color, replicas, following);
    const { current } = health;
    const events = await watchEvents(run, color, ignoreEventReasons, current, following);
    const find = async () => (await health.find()) ?? events.find(current());
    const sick = new Promise<string>((resolve, reject) => {
      check = () => void find().then((why) => why && resolve(why), reject);
      check();
    });
    const service = activeServiceName(run.release);
    const reached: Reached = {};
    const moved = keepLooking(run, service, color, signal);
    const clients = watchClients(run, signal);
    const failing = repeatChecks(run, current, checks, port, signal, reached);
    const soaked = run.clock.sleep(seconds * 1000, signal).then(async () => {
      await requireTraffic(run, service, color);
      // What came while the server was out of reach counts as well.
      await Promise.all([health.caughtUp(), events.caughtUp()]);
      if (reached.not !== undefined) throw new UnprovenError(reached.not);
      return (await find()) ?? (await clients.askLast());
    });
    for (const losing of [sick, soaked, failing, moved, clients.failing]) losing.catch(() => undefined);
    return await Promise.race([sick, soaked, failing, clients.failing, moved, health.failed, events.failed]);
  } finally {
    done.abort();
  }
}

/** Why the Pods could not be asked the last time, if they could not. */
interface Reached {
  not?: string;
}

async function repeatChecks(
  run: Run,
  pods: () => readonly Pod[],
  checks: readonly Check[],
  port: number,
  signal: AbortSignal,
  reached: Reached,
): Promise<string> {
  for (;;) {
    await run.clock.sleep(CHECK_INTERVAL_MS, signal);
    try {
      await verifyPods(run, pods().filter(isReady), podChecks(checks), port);
      delete reached.not;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      const { cause, message } = error;
      // A tunnel that breaks says nothing about a Pod, unless it is the Pod that refuses the connection.
      if (!(cause instanceof TunnelError) || cause instanceof PortClosedError) return message;
      reached.not = message;
      run.reporter.warn(`${message}: asked again in ${CHECK_INTERVAL_MS / 1000}s`);
    }
  }
}
