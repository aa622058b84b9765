import { APP_LABEL, COLOR_LABEL, type Color, colorServiceName, deploymentName } from '../../charts/names.js';
import type { Check } from '../../charts/policy.js';
import { TunnelAgent, TunnelError } from '../edges/portforward.js';
import { probe } from '../edges/probe.js';
import { RefusedError } from '../errors.js';
import type { Deployment, Pod, ReplicaSet, Service } from '../kubernetes.js';
import { listEndpointSlices } from '../observe.js';
import { judge } from '../plan/check.js';
import { proveEndpoints } from '../plan/proof.js';
import { isReady, newestReplicaSet, podsOf, podsOfReplicaSet } from '../plan/state.js';
import { resourcePath } from '../resources.js';
import type { Run } from '../run.js';
import { requireOneImage, withImages } from './image-id.js';

/** What one Pod answered: part of a promotion's evidence. */
export interface PodEvidence {
  readonly pod: string;
  readonly uid: string;
  /** The image that it runs, as its node reports it. */
  readonly imageID?: string;
  readonly checks: readonly { readonly name: string; readonly status: number; readonly ms: number; attempts: number }[];
}

const ENDPOINTS_TIMEOUT_MS = 10_000;
const ENDPOINTS_INTERVAL_MS = 100;
/** Attempts to open a tunnel, apart from a check's own: a tunnel that breaks says nothing about a Pod. */
const TUNNEL_ATTEMPTS = 3;

export interface Readiness {
  /** Replicas that the plan prepared: with fewer, somebody has scaled the color down since. */
  readonly prepared?: number;
  /** Whether every replica must be ready, or one is enough. */
  readonly all?: boolean;
}

/**
 * The ready Pods of a color's current template.
 *
 * @throws RefusedError when too few are ready, or too few are wanted: Pods are still ready for a while after a scale-down
 */
export async function readyPods(run: Run, color: Color, { prepared = 0, all = true }: Readiness = {}): Promise<Pod[]> {
  const labelled = { labelSelector: `${APP_LABEL}=${run.release},${COLOR_LABEL}=${color}` };
  const [deployment, replicaSets, pods] = await Promise.all([
    run.api.get<Deployment>(resourcePath('Deployment', run.namespace, deploymentName(run.release, color))),
    run.api.list<ReplicaSet>(resourcePath('ReplicaSet', run.namespace), labelled),
    run.api.list<Pod>(resourcePath('Pod', run.namespace), labelled),
  ]);
  const current = podsOf(pods.items, run.release, color);
  const ready = podsOfReplicaSet(current, newestReplicaSet(replicaSets.items, deployment)).filter(isReady);
  const wanted = deployment.spec.replicas ?? 1;
  if (wanted < prepared)
    throw new RefusedError(
      `deployment "${deployment.metadata.name}" was scaled to ${wanted} replicas meanwhile, want ${prepared}`,
    );
  if (ready.length === 0 || (all && ready.length < wanted))
    throw new RefusedError(
      `deployment "${deployment.metadata.name}" is not ready: ${ready.length} of ${wanted} replicas are ready`,
    );
  return ready;
}

/**
 * Verifies every ready Pod of a color, in parallel, and that the color's own Service serves exactly those.
 *
 * @throws RefusedError when nothing could be verified, or one Pod failed a check as often as it may
 */
export async function verifyColor(
  run: Run,
  color: Color,
  checks: readonly Check[],
  port: number,
): Promise<PodEvidence[]> {
  const pods = await readyPods(run, color);
  const [evidence, images] = await Promise.all([
    verifyPods(run, pods, checks, port),
    requireOneImage(run, color, pods),
    proveColorService(run, color, pods),
  ]);
  return withImages(evidence, images);
}

export async function verifyPods(
  run: Run,
  pods: readonly Pod[],
  checks: readonly Check[],
  port: number,
): Promise<PodEvidence[]> {
  if (checks.length === 0) throw new RefusedError('the release has no checks: nothing would be verified');
  const stop = new AbortController();
  const limits = [run.signal, stop.signal];
  const { verifyTimeoutMs } = run;
  if (verifyTimeoutMs !== undefined) limits.push(AbortSignal.timeout(verifyTimeoutMs));
  const signal = AbortSignal.any(limits);
  try {
    return await Promise.all(pods.map((pod) => verifyPod(run, pod, checks, port, signal)));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError')
      throw new RefusedError(`not every Pod was verified in ${(verifyTimeoutMs ?? 0) / 1000}s`, { cause: error });
    throw error;
  } finally {
    stop.abort();
  }
}

async function verifyPod(
  run: Run,
  pod: Pod,
  checks: readonly Check[],
  port: number,
  signal: AbortSignal,
): Promise<PodEvidence> {
  const agents = new Map<number, TunnelAgent>();
  const agentFor = (to: number) => {
    const agent = agents.get(to) ?? new TunnelAgent(() => run.tunnels.open(pod.metadata.name, to));
    agents.set(to, agent);
    return agent;
  };
  const results: PodEvidence['checks'][number][] = [];
  try {
    for (const check of checks) results.push(await passCheck(run, pod, check, port, agentFor, signal));
  } finally {
    for (const agent of agents.values()) agent.destroy();
  }
  const uid = pod.metadata.uid ?? '';
  run.verified.set(uid, pod.metadata.name);
  return { pod: pod.metadata.name, uid, checks: results };
}

async function passCheck(
  run: Run,
  pod: Pod,
  check: Check,
  port: number,
  agentFor: (port: number) => TunnelAgent,
  signal: AbortSignal,
): Promise<PodEvidence['checks'][number]> {
  const place = `pod "${pod.metadata.name}": check "${check.name}" (GET ${check.path})`;
  let brokenTunnels = 0;
  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted();
    let why: string | undefined;
    try {
      const result = await probe(agentFor(check.port ?? port), check, port, signal);
      why = result.kind === 'failed' ? result.why : judge(check, result.answer);
      if (result.kind === 'answer' && why === undefined)
        return { name: check.name, status: result.answer.status, ms: result.ms, attempts };
    } catch (error) {
      if (!(error instanceof TunnelError)) throw error;
      if (error.refusal?.status === 403)
        throw new RefusedError(`Error from server (Forbidden): ${error.message}`, { cause: error });
      brokenTunnels++;
      if (brokenTunnels >= TUNNEL_ATTEMPTS)
        throw new RefusedError(`${place}: not reached: ${error.message}`, { cause: error });
      attempts--;
      why = error.message;
    }
    if (attempts >= check.retries)
      throw new RefusedError(`${place} failed after ${attempts} of ${check.retries} attempts: ${why}`);
    run.reporter.info(`${place}: ${why}, next attempt in ${check.intervalSeconds}s`);
    await run.clock.sleep(check.intervalSeconds * 1000, signal);
  }
}

/** The addresses behind the color's own Service must be exactly the verified Pods: traffic would go nowhere else. */
async function proveColorService(run: Run, color: Color, pods: readonly Pod[]): Promise<void> {
  const name = colorServiceName(run.release, color);
  const service = await run.api.find<Service>(resourcePath('Service', run.namespace, name));
  if (!service) {
    run.reporter.warn(`service "${name}" not found: only the Pods themselves are verified`);
    return;
  }
  const deadline = run.clock.now() + ENDPOINTS_TIMEOUT_MS;
  for (;;) {
    const proof = proveEndpoints(await listEndpointSlices(run.api, run.namespace, [name]), name, pods);
    if (proof.holds) return;
    if (run.clock.now() >= deadline)
      throw new RefusedError(
        `the EndpointSlices of service "${name}" do not hold exactly the Pods of ${color}: ${proof.why}`,
      );
    await run.clock.sleep(ENDPOINTS_INTERVAL_MS, run.signal);
  }
}
