import { type Color, colorServiceName } from '../../charts/names.js';
import type { Check, Policy } from '../../charts/policy.js';
import { limitTime, TimeLimitError } from '../edges/timeout.js';
import { RefusedError } from '../errors.js';
import type { Pod, Service } from '../kubernetes.js';
import { listEndpointSlices } from '../observe.js';
import { commandChecks } from '../plan/checks/kinds.js';
import { proveEndpoints } from '../plan/proof.js';
import { resourcePath } from '../resources.js';
import { record, skip } from '../results.js';
import type { Run } from '../run.js';
import { counted } from '../text.js';
import { askPods, type PodEvidence } from './ask-pods.js';
import { requireOneImage, withImages } from './image-id.js';
import { readyPods } from './ready-pods.js';
import { type CommandEvidence, runCommands } from './run-commands.js';

const ENDPOINTS_TIMEOUT_MS = 10_000;
const ENDPOINTS_INTERVAL_MS = 100;

/** What a verification found. */
export interface Verification {
  readonly verified: readonly PodEvidence[];
  /** Commands that were run once for the color. */
  readonly commands?: readonly CommandEvidence[];
}

export function describeVerification({ verified, commands = [] }: Verification): string {
  const pods = `${counted(verified.length, 'Pod')} passed ${counted(verified[0]?.checks.length ?? 0, 'check')} each`;
  return commands.length === 0 ? pods : `${pods}, and the color ${commands.map(({ name }) => name).join(', ')}`;
}

/** What of a policy a verification needs. */
export type Subject = Pick<Policy, 'checks' | 'port' | 'container'>;

/**
 * Verifies every ready Pod of a color, in parallel, and that the color's own Service serves exactly those; then runs the
 * commands among the checks.
 *
 * @throws RefusedError when nothing could be verified, or one check failed as often as it may
 */
export async function verifyColor(run: Run, color: Color, { checks, port, container }: Subject): Promise<Verification> {
  const commands = commandChecks(checks);
  try {
    return await withinTime(run, async (signal) => {
      const pods = await readyPods(run, color);
      const [evidence, images] = await Promise.all([
        askPods(run, pods, checks, port, signal),
        requireOneImage(run, color, pods),
        proveColorService(run, color, pods, signal),
      ]);
      const verified = withImages(evidence, images);
      if (commands.length === 0) return { verified };
      return { verified, commands: await runCommands(run, { color, pods, port, container, commands }, signal) };
    });
  } catch (error) {
    recordFailure(run, color, error);
    throw error;
  } finally {
    for (const { name } of commands) skip(run.results, { color, check: name, kind: 'command' });
  }
}

/** Asks Pods what they are to answer before they get traffic, and again while they have it. */
export function verifyPods(
  run: Run,
  pods: readonly Pod[],
  checks: readonly Check[],
  port: number,
): Promise<PodEvidence[]> {
  return withinTime(run, (signal) => askPods(run, pods, checks, port, signal));
}

/** @throws RefusedError when --verify-timeout has passed */
async function withinTime<T>(run: Run, verify: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { verifyTimeoutMs } = run;
  const limit = limitTime(verifyTimeoutMs);
  const stop = new AbortController();
  try {
    return await verify(AbortSignal.any([run.signal, stop.signal, limit.signal]));
  } catch (error) {
    if (error instanceof TimeLimitError)
      throw new RefusedError(`the verification did not end in ${(verifyTimeoutMs ?? 0) / 1000}s`, { cause: error });
    throw error;
  } finally {
    limit.stop();
    stop.abort();
  }
}

/** A failure that is no check's, such as Pods that are not ready, stands in a report under a name of its own. */
function recordFailure(run: Run, color: Color, error: unknown): void {
  const isTold = [...run.results.values()].some((one) => one.color === color && one.status === 'failed');
  if (isTold || run.signal.aborted) return;
  record(run.results, {
    color,
    check: 'verification',
    status: 'failed',
    seconds: 0,
    message: (error as Error).message,
  });
}

/** The addresses behind the color's own Service must be exactly the verified Pods: traffic would go nowhere else. */
async function proveColorService(run: Run, color: Color, pods: readonly Pod[], signal: AbortSignal): Promise<void> {
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
    await run.clock.sleep(ENDPOINTS_INTERVAL_MS, signal);
  }
}
