import { leaseName } from '../../charts/names.js';
import { ApiError, LostRaceError } from '../errors.js';
import type { Lease } from '../kubernetes.js';
import { objectPath, resourcePath } from '../resources.js';
import type { Run } from '../run.js';

const DURATION_SECONDS = 15;
const RENEW_MS = 5000;

/** A release's Lease while this run holds it. */
export interface HeldLease {
  release(): Promise<void>;
}

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
  const metadata = { name: leaseName(run.release), namespace: run.namespace };
  const lease: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: heldBy(run) };
  try {
    return keep(run, await run.api.create(resourcePath('Lease', run.namespace), lease));
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
  }
  const path = objectPath(lease, run.namespace);
  const existing = await run.api.find<Lease>(path);
  if (!existing) return acquireLease(run);
  const { holderIdentity: holder, acquireTime } = existing.spec;
  const remaining = remainingMs(existing, run.clock.now());
  if (remaining > 0)
    throw new LostRaceError(
      `${holder} is at work on ${run.release} since ${acquireTime}: wait until it ends; ` +
        `if it is dead, its lease ends in ${Math.ceil(remaining / 1000)}s`,
    );
  try {
    const { resourceVersion } = existing.metadata;
    return keep(run, await run.api.patch<Lease>(path, { metadata: { resourceVersion }, spec: lease.spec }));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    throw new LostRaceError(`somebody else took over from ${holder}, who ended without a word`, { cause: error });
  }
}

/** RFC 3339 with microseconds, as the Lease API wants it. */
const microTime = (ms: number) => new Date(ms).toISOString().replace('Z', '000Z');

function heldBy(run: Run): Lease['spec'] {
  const now = microTime(run.clock.now());
  const holderIdentity = `${run.by} (${run.operationId})`;
  return { holderIdentity, leaseDurationSeconds: DURATION_SECONDS, acquireTime: now, renewTime: now };
}

function remainingMs({ spec }: Lease, now: number): number {
  return Date.parse(spec.renewTime ?? '') + (spec.leaseDurationSeconds ?? 0) * 1000 - now || 0;
}

function keep(run: Run, taken: Lease): HeldLease {
  const path = objectPath(taken, run.namespace);
  let { resourceVersion } = taken.metadata;
  let renewal: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    const patch = { metadata: { resourceVersion }, spec: { renewTime: microTime(run.clock.now()) } };
    renewal = run.api.patch<Lease>(path, patch).then(
      (renewed) => {
        resourceVersion = renewed.metadata.resourceVersion;
      },
      // A renewal that fails costs only the explanation that others would get.
      () => undefined,
    );
  }, RENEW_MS);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      await renewal;
      // Refused, rightly, when somebody took it over meanwhile.
      await run.api.delete(path, { resourceVersion }).catch(() => undefined);
    },
  };
}
