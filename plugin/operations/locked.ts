import { booleanFlag, type Invocation } from '../invocation/invocation.js';
import type { Session } from '../invocation/session.js';
import { acquireLease } from '../run/lease.js';

/** Runs with the release's Lease, which a dry run does not need. */
export async function locked<T>(invocation: Invocation, { run }: Session, work: () => Promise<T>): Promise<T> {
  if (booleanFlag(invocation, 'dry-run')) return work();
  run.enter('lease');
  const lock = await acquireLease(run);
  try {
    return await work();
  } finally {
    run.enter('lease');
    await lock.release();
  }
}
