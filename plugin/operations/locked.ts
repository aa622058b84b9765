import { acquireLease } from '../run/lease.js';
import type { OperationRequest } from './request.js';

/** Runs with the release's Lease, which a dry run does not need. */
export async function locked<T>(
  { session: { run }, options }: Pick<OperationRequest, 'session' | 'options'>,
  work: () => Promise<T>,
): Promise<T> {
  if (options.dryRun) return work();
  run.enter('lease');
  const lock = await acquireLease(run);
  try {
    return await work();
  } finally {
    run.enter('lease');
    await lock.release();
  }
}
