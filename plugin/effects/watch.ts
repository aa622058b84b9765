import { APP_LABEL, activeServiceName, COLOR_LABEL, type Color } from '../../charts/names.js';
import type { Check } from '../../charts/policy.js';
import { inform } from '../edges/informer.js';
import { RefusedError } from '../errors.js';
import type { Pod } from '../kubernetes.js';
import { podChecks } from '../plan/checks/kinds.js';
import { type Baseline, baseline, findSickness } from '../plan/health.js';
import { isReady, podsOf } from '../plan/state.js';
import { resourcePath } from '../resources.js';
import type { Run } from '../run.js';
import { keepLooking, requireTraffic } from './keep-traffic.js';
import { verifyPods } from './verify.js';
import { watchEvents } from './watch-events.js';

const CHECK_INTERVAL_MS = 10_000;

export interface WatchRequest {
  readonly color: Color;
  readonly seconds: number;
  readonly checks: readonly Check[];
  readonly port: number;
  /** Reasons of Warning events that do not matter. */
  readonly ignoreEventReasons?: readonly string[] | undefined;
}

/**
 * Watches the color that has the traffic: its Pods' readiness and restarts and the Warning events about it as they come,
 * its Pods' checks every 10 s, and that traffic stays on it. Commands among the checks are not run again.
 *
 * @returns undefined when it stayed healthy for as long as asked, else why it did not
 * @throws UnprovenError when somebody else moved traffic on: then it is theirs
 */
export async function watchColor(
  run: Run,
  { color, seconds, checks, port, ignoreEventReasons = [] }: WatchRequest,
): Promise<string | undefined> {
  const done = new AbortController();
  const signal = AbortSignal.any([run.signal, done.signal]);
  const labelled = { labelSelector: `${APP_LABEL}=${run.release},${COLOR_LABEL}=${color}` };
  let look: () => void = () => undefined;
  try {
    const informer = await inform<Pod>(run.api, resourcePath('Pod', run.namespace), labelled, signal, () => look());
    const current = () => podsOf(informer.items(), run.release, color);
    const wanted = current().filter(isReady).length;
    const before: Baseline = baseline(current());
    const events = await watchEvents(run, color, ignoreEventReasons, current, signal, () => look());
    const sick = new Promise<string>((resolve) => {
      look = () => {
        const why = findSickness(current(), wanted, before) ?? events.find(current());
        if (why) resolve(why);
      };
      look();
    });
    const service = activeServiceName(run.release);
    const soaked = run.clock.sleep(seconds * 1000, signal).then(() => requireTraffic(run, service, color));
    const moved = keepLooking(run, service, color, signal);
    const failing = repeatChecks(run, current, checks, port, signal);
    for (const losing of [soaked, failing, moved]) losing.catch(() => undefined);
    return await Promise.race([sick, soaked.then(() => undefined), failing, moved, informer.failed, events.failed]);
  } finally {
    done.abort();
  }
}

async function repeatChecks(
  run: Run,
  pods: () => readonly Pod[],
  checks: readonly Check[],
  port: number,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    await run.clock.sleep(CHECK_INTERVAL_MS, signal);
    try {
      await verifyPods(run, pods().filter(isReady), podChecks(checks), port);
    } catch (error) {
      if (error instanceof RefusedError) return error.message;
      throw error;
    }
  }
}
