import type { Attempts } from '../../charts/policy.js';
import { RefusedError } from '../core/errors.js';
import { TunnelError } from '../kube/tunnel-error.js';
import type { Run } from '../run/context.js';

/** Attempts to open a tunnel, apart from a check's own: a tunnel that breaks says nothing about a Pod. */
const TUNNEL_ATTEMPTS = 3;

/** How a check ended: the Pod failed it, the Pod was not reached, or the user may not port-forward. */
export type CheckEnd = 'failed' | 'not-reached' | 'forbidden';

/** A check that a Pod, or a color, did not pass. */
export class CheckError extends RefusedError {
  override readonly isOfServer: boolean;
  readonly end: CheckEnd;
  /** Without what was checked, and how often. */
  readonly why: string;

  constructor(message: string, end: CheckEnd, why: string, options?: ErrorOptions) {
    super(message, options);
    this.end = end;
    this.why = why;
    this.isOfServer = end === 'forbidden';
  }
}

/** What an attempt found, or why it failed. */
export type Attempt<T> = { readonly found: T } | { readonly why: string };

/**
 * Tries a check as often as it may fail, as far apart as it says.
 *
 * @param place - what is checked and how, as errors begin
 * @throws CheckError when the last attempt failed, or the Pod was not reached; the signal's reason
 */
export async function tryOften<T extends object>(
  run: Run,
  place: string,
  { retries, intervalSeconds }: Attempts,
  signal: AbortSignal,
  attempt: () => Promise<Attempt<T>>,
): Promise<T & { readonly attempts: number }> {
  let brokenTunnels = 0;
  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted();
    let why: string;
    try {
      const result = await attempt();
      if ('found' in result) return { ...result.found, attempts };
      why = result.why;
    } catch (error) {
      if (!(error instanceof TunnelError)) throw error;
      if (error.refusal?.status === 403)
        throw new CheckError(`Error from server (Forbidden): ${error.message}`, 'forbidden', error.message, {
          cause: error,
        });
      brokenTunnels++;
      if (brokenTunnels >= TUNNEL_ATTEMPTS)
        throw new CheckError(`${place}: not reached: ${error.message}`, 'not-reached', error.message, { cause: error });
      attempts--;
      why = error.message;
    }
    if (attempts >= retries)
      throw new CheckError(`${place} failed after ${attempts} of ${retries} attempts: ${why}`, 'failed', why);
    run.reporter.info(`${place}: ${why}, next attempt in ${intervalSeconds}s`);
    await run.clock.sleep(intervalSeconds * 1000, signal);
  }
}
