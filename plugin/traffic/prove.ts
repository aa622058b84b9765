import { APP_LABEL, COLOR_LABEL, type Color, deploymentName } from '../../charts/names.js';
import { UnprovenError } from '../core/errors.js';
import type { Deployment, Pod, Service } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { foreignSlice } from '../plan/foreign-slices.js';
import { describeLoss } from '../plan/loss.js';
import { type Proof, proveEndpoints } from '../plan/proof.js';
import { isReady, podsOf } from '../plan/state.js';
import type { Run } from '../run/context.js';
import { listEndpointSlices } from '../run/observe.js';
import { requireTraffic } from './keep-traffic.js';

/** A controller whose watches an API server's restart has ended may wait for up to a minute before it tries again. */
const TIMEOUT_MS = 90_000;
/** Between reads, at first; what has not come in some seconds is looked for less often. */
const [INTERVAL_MS, SELDOM_MS, HASTE_MS] = [20, 500, 5000];
/** How often the selector itself is read again, which may have been changed since. */
const LOOK_MS = 1000;
/** Reads in a row that must agree: one alone could be of a state that is about to change. */
const STABLE_READS = 3;

export interface Convergence {
  /** Milliseconds until the first of the reads that agreed. */
  readonly ms: number;
  readonly endpoints: number;
  readonly reads: number;
}

/** What was found by the first read that held: the Service, and the ready Pods of the color. */
type Found<T> = (service: Service, pods: readonly Pod[]) => Promise<T>;

/** The same as `converge`, where only the evidence matters. */
export async function proveTraffic(run: Run, service: string, color: Color, prepared = 1): Promise<Convergence> {
  return (await converge(run, service, color, async () => undefined, prepared)).convergence;
}

/**
 * Waits until a Service's EndpointSlices hold exactly the ready Pods of a color, with every port of the Service at its number
 * in each Pod, in several reads in a row.
 *
 * @param meanwhile - begun once, as soon as a first read holds, and beside the others that have to agree with it
 * @param prepared - Pods that the color was to have ready: fewer are no proof, unless it was scaled down meanwhile
 * @throws UnprovenError when they do not within 90 s, and as soon as the selector is another
 * @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
 */
export async function converge<T>(
  run: Run,
  service: string,
  color: Color,
  meanwhile: Found<T>,
  prepared = 1,
): Promise<{ readonly convergence: Convergence; readonly found: T }> {
  const started = run.clock.now();
  const path = resourcePath('Service', run.namespace, service);
  let live: Service | undefined;
  const labelSelector = `${APP_LABEL}=${run.release},${COLOR_LABEL}=${color}`;
  let since: number | undefined;
  let looks = 1;
  let begun: Promise<T> | undefined;
  for (let agreed = 0, reads = 1; ; reads++) {
    const [slices, pods, seen] = await Promise.all([
      // What has held is looked at again, no older: the first time as new as the moment.
      listEndpointSlices(run.api, run.namespace, [service], { monotonic: agreed > 0 }),
      // No older than when they were looked at before the switch; what they are compared with is as new as can be.
      run.api.list<Pod>(resourcePath('Pod', run.namespace), { labelSelector }, { monotonic: true }),
      live ?? run.api.get<Service>(path),
    ]);
    live = seen;
    const own = podsOf(pods.items, run.release, color);
    const proof = await withEnough(
      run,
      color,
      prepared,
      pods.items,
      proveEndpoints(slices, service, own, live.spec.ports),
    );
    since = proof.holds ? (since ?? run.clock.now()) : undefined;
    agreed = proof.holds ? agreed + 1 : 0;
    if (proof.holds && since !== undefined) {
      begun ??= meanwhile(live, own.filter(isReady));
      // Its failure is told where it is waited for.
      begun.catch(() => undefined);
      if (agreed >= STABLE_READS) {
        const convergence = { ms: since - started, endpoints: proof.endpoints, reads };
        return { convergence, found: await begun };
      }
    }
    const waited = run.clock.now() - started;
    if (!proof.holds && waited >= LOOK_MS * looks) {
      looks++;
      live = await requireTraffic(run, service, color);
    }
    if (!proof.holds && waited >= TIMEOUT_MS)
      throw new UnprovenError(
        `service "${service}" selects ${color}, but after ${TIMEOUT_MS / 1000}s its EndpointSlices do not hold exactly ` +
          `the ready Pods of ${color}: ${[foreignSlice(slices, service), proof.why].filter(Boolean).join('; ')}`,
      );
    await run.clock.sleep(waited < HASTE_MS ? INTERVAL_MS : SELDOM_MS, run.signal);
  }
}

/** Requires as many endpoints as the plan prepared. */
async function withEnough(
  run: Run,
  color: Color,
  prepared: number,
  pods: readonly Pod[],
  proof: Proof,
): Promise<Proof> {
  if (!proof.holds || proof.endpoints >= prepared) return proof;
  const path = resourcePath('Deployment', run.namespace, deploymentName(run.release, color));
  const wanted = Math.min(prepared, (await run.api.get<Deployment>(path)).spec.replicas ?? 1);
  if (proof.endpoints >= wanted) return proof;
  const loss = describeLoss(pods, run.verified);
  return { holds: false, why: `${proof.endpoints} of ${wanted} Pods are ready${loss ? `: ${loss}` : ''}` };
}
