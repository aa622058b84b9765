import { type Color, colorServiceName } from '../../charts/names.js';
import type { Check, TcpCheck } from '../../charts/policy.js';
import { RefusedError } from '../core/errors.js';
import type { Pod, Service } from '../core/kubernetes.js';
import { counted } from '../core/text.js';
import { limitTime, TimeLimitError } from '../core/timeout.js';
import { commandChecks } from '../plan/checks/kinds.js';
import { proveEndpoints } from '../plan/proof.js';
import { type PortEvidence, portEvidence } from '../plan/service-ports.js';
import { requireOwnSlices } from '../plan/switchable.js';
import type { Run } from '../run/context.js';
import { listEndpointSlices } from '../run/observe.js';
import { readyPods } from '../run/ready-pods.js';
import { record, skip } from '../run/results.js';
import { askPods, type PodEvidence } from './ask-pods.js';
import { beginReferences } from './client-way.js';
import { requireOneImage, withImages } from './image-id.js';
import { requireAdmitted } from './network-policies.js';
import { requireOwnAddress } from './own-address.js';
import { type CommandEvidence, runCommands } from './run-commands.js';
import type { Subject } from './subject.js';
import { portChecks, readSubjects, requireServicePorts, unaskable } from './traffic-ports.js';

const ENDPOINTS_TIMEOUT_MS = 10_000;
const ENDPOINTS_INTERVAL_MS = 100;

/** What a verification found. */
export interface Verification {
  readonly verified: readonly PodEvidence[];
  /** Commands that were run once for the color. */
  readonly commands?: readonly CommandEvidence[];
  /** Where the ports of the Services lead. */
  readonly ports?: readonly PortEvidence[];
  /** What of the way to the Pods could not be asked, and why. */
  readonly notAsked?: readonly string[];
}

export function describeVerification({ verified, commands = [] }: Verification): string {
  const pods = `${counted(verified.length, 'Pod')} passed ${counted(verified[0]?.checks.length ?? 0, 'check')} each`;
  return commands.length === 0 ? pods : `${pods}, and the color ${commands.map(({ name }) => name).join(', ')}`;
}

/**
 * Verifies every ready Pod of a color, in parallel, that the color's own Service serves exactly those, and that every port
 * of the Services which lead to it, or are going to, leads to a port that answers; then runs the commands among the checks.
 *
 * @throws RefusedError when nothing could be verified, or one check failed as often as it may
 */
export async function verifyColor(run: Run, color: Color, subject: Subject): Promise<Verification> {
  const { checks, port, container, traffic, serving, leavingPolicies } = subject;
  const commands = commandChecks(checks);
  try {
    return await withinTime(run, async (signal) => {
      const [pods, { own, subjects }] = await Promise.all([readyPods(run, color), readSubjects(run, color, traffic)]);
      if (!own) tellNoService(run, color);
      const resolved = requireServicePorts(run, subjects, pods);
      const asked = askPods(run, pods, checks, port, signal, portChecks(run, resolved, subject));
      const [evidence, images, atAddress, admitted] = await Promise.all([
        asked,
        requireOneImage(run, color, pods),
        requireOwnAddress(run, serving, pods, resolved, subject, asked),
        traffic ? requireAdmitted(run, serving, pods, resolved, leavingPolicies) : [],
        own &&
          proveColorService(run, color, own, pods, signal).then(
            () => traffic && beginReferences(run, color, own, pods, subject),
          ),
      ]);
      const notAsked = [...unaskable(resolved), ...atAddress, ...admitted];
      for (const why of notAsked) run.reporter.info(`not asked: ${why}`);
      const verification = {
        verified: withImages(evidence, images),
        ...(resolved.length > 0 && { ports: resolved.map(portEvidence) }),
        ...(notAsked.length > 0 && { notAsked }),
      };
      if (commands.length === 0) return verification;
      return { ...verification, commands: await runCommands(run, { color, pods, port, container, commands }, signal) };
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
  others?: (pod: Pod) => readonly TcpCheck[],
): Promise<PodEvidence[]> {
  return withinTime(run, (signal) => askPods(run, pods, checks, port, signal, others));
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

function tellNoService({ reporter, release }: Run, color: Color): void {
  reporter.warn(`service "${colorServiceName(release, color)}" not found: only the Pods themselves are verified`);
}

/** The addresses behind the color's own Service must be exactly the verified Pods: traffic would go nowhere else. */
async function proveColorService(
  run: Run,
  color: Color,
  { metadata: { name }, spec }: Service,
  pods: readonly Pod[],
  signal: AbortSignal,
): Promise<void> {
  const deadline = run.clock.now() + ENDPOINTS_TIMEOUT_MS;
  for (;;) {
    const slices = await listEndpointSlices(run.api, run.namespace, [name]);
    const proof = proveEndpoints(slices, name, pods, spec.ports);
    if (proof.holds) return;
    requireOwnSlices(slices, name);
    if (run.clock.now() >= deadline)
      throw new RefusedError(
        `the EndpointSlices of service "${name}" do not hold exactly the Pods of ${color}: ${proof.why}`,
      );
    await run.clock.sleep(ENDPOINTS_INTERVAL_MS, signal);
  }
}
