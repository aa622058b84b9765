import { leaseName, PROCESS_ANNOTATION } from '../../charts/names.js';
import { ApiError, isConflict, LostRaceError, UnreachableError } from '../core/errors.js';
import type { Lease } from '../core/kubernetes.js';
import { objectPath, resourcePath } from '../kube/resources.js';
import type { Run } from './context.js';
import { type HeldLease, holdLease, microTime } from './held-lease.js';
import { hasEnded, processIdentity } from './process-identity.js';

const DURATION_SECONDS = 15;
const LOOK_MS = 1000;

/**
 * Takes the release's Lease, so that a second operator is told at once who is at work. It is deleted at the end.
 *
 * It spares work and explains; that traffic is moved once is guaranteed by the switch's own guard, so clocks that differ
 * between machines cost no more than an explanation.
 *
 * @throws LostRaceError naming the holder
 * @see https://kubernetes.io/docs/concepts/architecture/leases/
 */
export async function acquireLease(run: Run): Promise<HeldLease> {
  const annotations = ownProcess();
  const metadata = { name: leaseName(run.release), namespace: run.namespace, annotations };
  const lease: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: heldBy(run) };
  const path = objectPath(lease, run.namespace);
  let unanswered: UnreachableError | undefined;
  try {
    return holdLease(run, await run.api.create(resourcePath('Lease', run.namespace), lease));
  } catch (error) {
    if (error instanceof UnreachableError) unanswered = error;
    else if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
  }
  const existing = await run.api.find<Lease>(path);
  // Only the answer was lost.
  if (existing && existing.spec.holderIdentity === lease.spec.holderIdentity) return holdLease(run, existing);
  if (unanswered) throw unanswered;
  if (!existing) return acquireLease(run);
  const { holderIdentity: holder, acquireTime } = existing.spec;
  const isDead = hasEnded(existing.metadata.annotations?.[PROCESS_ANNOTATION] ?? '');
  const remaining = isDead ? 0 : await remainingMs(run, existing);
  if (remaining > 0)
    throw new LostRaceError(
      `${holder} is at work on ${run.release} since ${acquireTime}: wait until it ends; ` +
        `if it is dead, its lease ends in ${Math.ceil(remaining / 1000)}s`,
    );
  if (isDead) run.reporter.info(`taking over from ${holder}, a process of this machine that has ended`);
  try {
    const { resourceVersion } = existing.metadata;
    // The mark of the holder before, if this machine has none of its own, would let a third one take over at once.
    const own = { [PROCESS_ANNOTATION]: null, ...annotations };
    const patch = { metadata: { resourceVersion, annotations: own }, spec: lease.spec };
    return holdLease(run, await run.api.patch<Lease>(path, patch));
  } catch (error) {
    if (!isConflict(error)) throw error;
    throw new LostRaceError(`another run took over the expired Lease of ${holder}`, { cause: error });
  }
}

function heldBy(run: Run): Lease['spec'] {
  const now = microTime(run.clock.wall());
  const holderIdentity = `${run.by} (${run.operationId})`;
  return { holderIdentity, leaseDurationSeconds: DURATION_SECONDS, acquireTime: now, renewTime: now };
}

/** So that a run on the same machine knows whether the holder still lives, before the Lease's time is over. */
function ownProcess(): Record<string, string> {
  const identity = processIdentity();
  return identity ? { [PROCESS_ANNOTATION]: identity } : {};
}

/**
 * How long the holder's Lease still lasts, 0 when it is over.
 *
 * A holder whose clock is far ahead would hold it for as long: such a Lease is looked at again after its own duration, and
 * is over when it was not renewed in that time.
 */
async function remainingMs(run: Run, lease: Lease): Promise<number> {
  const { renewTime = '', leaseDurationSeconds = 0 } = lease.spec;
  const durationMs = leaseDurationSeconds * 1000;
  const remaining = Date.parse(renewTime) + durationMs - run.clock.wall() || 0;
  if (remaining <= 2 * durationMs) return Math.min(remaining, durationMs);
  run.reporter.info(
    `the clock of ${lease.spec.holderIdentity} is ahead: looking for ${leaseDurationSeconds}s whether it is at work`,
  );
  for (const end = run.clock.now() + durationMs; run.clock.now() < end; ) {
    await run.clock.sleep(LOOK_MS, run.signal);
    const now = await run.api.find<Lease>(objectPath(lease, run.namespace));
    if (now?.metadata.resourceVersion !== lease.metadata.resourceVersion) return durationMs;
  }
  return 0;
}
