import { type Clock, timestamp } from '../core/clock.js';
import type { Lease } from '../core/kubernetes.js';
import { inTime } from '../core/timeout.js';
import { objectPath } from '../kube/resources.js';
import type { Run } from './context.js';

const RENEW_MS = 5000;
/** An answer that takes longer counts as lost: three lost ones in a row still leave time to renew the Lease. */
const PATIENCE_MS = 3000;
const ATTEMPTS = 2;

/** A release's Lease while this run holds it. */
export interface HeldLease {
  release(): Promise<void>;
}

/** RFC 3339 with microseconds, as the Lease API wants it. */
export const microTime = (wallMs: number): string => timestamp(wallMs).replace('Z', '000Z');

/**
 * Renews a Lease that was taken until it is released.
 *
 * When a renewal is not answered, the Lease is read back: while it still names this run, renewals go on from what was read.
 * When another run has taken it over, that is told once and the renewals end: the switch's own guard then decides who is first.
 */
export function holdLease(run: Run, taken: Lease): HeldLease {
  const path = objectPath(taken, run.namespace);
  const now = steadyWall(run.clock);
  let held = taken;
  let isLost = false;
  let renewal: Promise<void> | undefined;

  const precondition = () => ({ resourceVersion: held.metadata.resourceVersion });

  /** Goes on from the Lease as it is now. @returns what became of it where it is not this run's any more */
  async function readBack(): Promise<string | undefined> {
    const live = await inTime(PATIENCE_MS, run.api.find<Lease>(path));
    if (!live) return 'was deleted';
    if (live.spec.holderIdentity !== taken.spec.holderIdentity) return `was taken over by ${live.spec.holderIdentity}`;
    held = live;
    return undefined;
  }

  async function renew(): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const renewTime = microTime(now());
      try {
        held = await inTime(PATIENCE_MS, run.api.patch<Lease>(path, { metadata: precondition(), spec: { renewTime } }));
        return;
      } catch {
        const lost = await readBack();
        if (lost !== undefined) return lose(lost);
        if (held.spec.renewTime === renewTime) return;
      }
    }
  }

  function lose(how: string): void {
    isLost = true;
    clearInterval(timer);
    run.reporter.warn(
      `lease "${taken.metadata.name}" ${how}: this run goes on, and moves traffic only if no other run did before`,
    );
  }

  const timer = setInterval(() => {
    renewal ??= renew()
      // The next one may be answered; one that fails costs only the explanation that others would get.
      .catch(() => undefined)
      .finally(() => {
        renewal = undefined;
      });
  }, RENEW_MS);
  timer.unref();

  const erase = () => run.api.delete(path, precondition());
  /** The answer may have been lost, or that of a renewal before. */
  const eraseAgain = async () => {
    if ((await readBack()) === undefined) await erase();
  };
  return {
    async release() {
      clearInterval(timer);
      await renewal;
      if (!isLost)
        await erase()
          .catch(eraseAgain)
          .catch(() => undefined);
    },
  };
}

/** The machine's clock, but for backward steps: a Lease would look as if it had ended. */
function steadyWall(clock: Clock): () => number {
  let [at, since] = [clock.wall(), clock.now()];
  return () => {
    const elapsed = clock.now() - since;
    [at, since] = [Math.max(clock.wall(), at + elapsed), since + elapsed];
    return at;
  };
}
