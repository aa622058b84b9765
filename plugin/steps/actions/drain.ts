import { RefusedError } from '../../core/errors.js';
import type { Step } from '../../plan/steps.js';
import type { Run } from '../../run/context.js';
import { requireIdle } from '../../run/fence.js';

const INTERVAL_MS = 5000;
const TELL_EVERY_MS = 30_000;
/** Clocks of two machines differ a little. */
const SKEW_MS = 2000;

/**
 * Waits until traffic has been where it is for long enough, looking from time to time whether it still is there. No Lease
 * is held meanwhile, so a rollback does not wait for a cleanup.
 *
 * The recorded time is compared with the machine's clock once, at the beginning; setting that clock later changes nothing.
 * A record from the future does not say how long ago the switch was, so then the whole time is waited for, and no more.
 *
 * @throws LostRaceError as soon as it sees that traffic was moved; the signal's reason when the run is interrupted
 */
export async function waitDrain(run: Run, step: Step & { kind: 'drain' }): Promise<void> {
  const ago = run.clock.wall() - Date.parse(step.since);
  if (Number.isNaN(ago))
    throw new RefusedError(`service "${step.service}" does not say when traffic moved: leave out --after`);
  if (ago < -SKEW_MS)
    run.reporter.warn(
      `service "${step.service}" says that traffic moved ${seconds(-ago)} after this machine's present time (${step.since}): ` +
        `one of the two clocks is wrong, so the whole ${step.seconds}s are waited for`,
    );
  const moved = run.clock.now() - Math.max(ago, 0);
  const until = moved + step.seconds * 1000;
  for (let toldAt = Number.NEGATIVE_INFINITY; ; ) {
    await requireIdle(run, step);
    const now = run.clock.now();
    if (now >= until) return;
    if (now - toldAt >= TELL_EVERY_MS) {
      run.reporter.info(`traffic moved ${seconds(now - moved)} ago, ${seconds(until - now)} to wait`);
      toldAt = now;
    }
    await run.clock.sleep(Math.min(until - now, INTERVAL_MS), run.signal);
  }
}

const seconds = (ms: number) => `${Math.ceil(ms / 1000)}s`;
