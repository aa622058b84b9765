import { APP_LABEL, type Color } from '../../../charts/names.js';
import { ApiError, LostRaceError, RefusedError, UnreachableError } from '../../core/errors.js';
import type { Pod, Service } from '../../core/kubernetes.js';
import { resourcePath } from '../../kube/resources.js';
import { baseline } from '../../plan/health.js';
import type { Guard } from '../../plan/operation.js';
import { changedBy } from '../../plan/operation.js';
import { type OverlapProgress, overlapProgress } from '../../plan/overlap.js';
import { isReady, podsOf } from '../../plan/state.js';
import type { Overlap } from '../../plan/steps.js';
import { overlapOf } from '../../plan/traffic.js';
import type { Run } from '../../run/context.js';
import { listEndpointSlices } from '../../run/observe.js';

const INTERVAL_MS = 100;
const HOLD_INTERVAL_MS = 1000;
/** Reads in a row that must agree: one alone could be of a state that is about to change. */
const STABLE_READS = 3;
/** How long the API server may be away: kube-proxy and load balancers go on without it. */
const PATIENCE_MS = 30_000;

export interface ServingRequest {
  readonly service: string;
  readonly to: Color;
  /** The Service while both colors are in its selector. */
  readonly guard: Guard;
  readonly overlap: Overlap;
}

/**
 * Waits until every Pod of a color that was let in beside the other one serves, and has for as long as asked.
 *
 * @throws RefusedError when the color fails, or does not serve in time; LostRaceError when another run or a person changed the Service
 */
export async function waitServing(run: Run, { service, to, guard, overlap }: ServingRequest): Promise<void> {
  const first = await run.api.list<Pod>(resourcePath('Pod', run.namespace), labelled(run));
  const pods = podsOf(first.items, run.release, to);
  const [wanted, before] = [pods.filter(isReady).length, baseline(pods)];
  const readProgress = async (): Promise<OverlapProgress> => {
    const [live, listed, slices] = await Promise.all([
      run.api.get<Service>(resourcePath('Service', run.namespace, service)),
      run.api.list<Pod>(resourcePath('Pod', run.namespace), labelled(run)),
      listEndpointSlices(run.api, run.namespace, [service]),
    ]);
    requireOverlapping(live, guard, run.release);
    const selector = live.spec.selector ?? {};
    const { ports = [] } = live.spec;
    const view = { service, release: run.release, to, selector, ports, slices, pods: listed.items, wanted, before };
    return overlapProgress(view);
  };

  const started = run.clock.now();
  let since: number | undefined;
  for (let agreed = 0, seenAt = started; ; ) {
    const progress = await unlessAway(readProgress);
    const now = run.clock.now();
    if (progress) seenAt = now;
    else if (now - seenAt >= PATIENCE_MS) throw new RefusedError(`the API server was away for ${PATIENCE_MS / 1000}s`);
    if (progress?.phase === 'failed') throw new RefusedError(progress.why);
    if (progress?.phase === 'serving') {
      agreed++;
      if (since === undefined) tell(run, to, progress.endpoints, now - started, overlap);
      since ??= now;
      if (agreed >= STABLE_READS && now - since >= overlap.holdSeconds * 1000) return;
    } else if (progress) {
      [agreed, since] = [0, undefined];
      if (overlap.timeoutSeconds > 0 && now - started >= overlap.timeoutSeconds * 1000)
        throw new RefusedError(`${to} does not serve after ${overlap.timeoutSeconds}s: ${progress.why}`);
    }
    const isHeld = agreed >= STABLE_READS && since !== undefined;
    const left = isHeld && since !== undefined ? since + overlap.holdSeconds * 1000 - now : 0;
    await run.clock.sleep(isHeld ? Math.min(HOLD_INTERVAL_MS, Math.max(left, 1)) : INTERVAL_MS, run.signal);
  }
}

const labelled = ({ release }: Run) => ({ labelSelector: `${APP_LABEL}=${release}` });

function tell(run: Run, to: Color, endpoints: number, ms: number, { holdSeconds }: Overlap): void {
  const hold = holdSeconds > 0 ? `; both colors stay for ${holdSeconds}s` : '';
  run.reporter.info(`every Pod of ${to} serves after ${ms}ms, ${endpoints} endpoints in all${hold}`);
}

function requireOverlapping(live: Service, guard: Guard, release: string): void {
  const who = changedBy(live, guard);
  if (who === undefined && overlapOf(live, release)) return;
  throw new LostRaceError(`service "${live.metadata.name}" was changed${who ?? ''} while both colors had the traffic`);
}

/** What was seen; nothing while the server is away. */
async function unlessAway<T>(readProgress: () => Promise<T>): Promise<T | undefined> {
  try {
    return await readProgress();
  } catch (error) {
    const isAway =
      error instanceof UnreachableError || (error instanceof ApiError && (error.status >= 500 || error.status === 429));
    if (!isAway) throw error;
    return undefined;
  }
}
