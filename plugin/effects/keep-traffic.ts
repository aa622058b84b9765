import type { Color } from '../../charts/names.js';
import { ApiError, RefusedError, UnprovenError, UnreachableError } from '../errors.js';
import type { Service } from '../kubernetes.js';
import { writtenBy } from '../plan/field-writer.js';
import { movedSince } from '../plan/gitops/moved.js';
import { lastOperation } from '../plan/operation.js';
import { activeColor } from '../plan/state.js';
import { overlapOf } from '../plan/traffic.js';
import { resourcePath } from '../resources.js';
import type { Run } from '../run.js';

const INTERVAL_MS = 2000;

/**
 * Looks whether traffic still is on the color that this run moved it to.
 *
 * @returns the Service
 * @throws UnprovenError naming who moved it on, as far as the API server knows
 */
export async function requireTraffic(run: Run, service: string, color: Color): Promise<Service> {
  const live = await run.api.get<Service>(resourcePath('Service', run.namespace, service));
  requireSelected(run, live, color);
  return live;
}

/** The same of a Service that was just read. */
export function requireSelected(run: Run, live: Service, color: Color, operationId = run.operationId): void {
  const where = colorOf(live, run.release);
  if (where === color) return;
  const last = lastOperation(live);
  if (last && last.id !== operationId)
    throw new UnprovenError(`traffic was moved on to ${where}, by ${last.by} (${last.kind} at ${last.at})`);
  throw new UnprovenError(
    where.includes(' ')
      ? `${where}; the selector was written${writtenBy(live, 'selector')}`
      : (movedSince(live, run.release) ?? `traffic is on ${where}`),
  );
}

/** The color, or, in words, why the selector names none. */
function colorOf(live: Service, release: string): string {
  if (overlapOf(live, release)) return 'both colors';
  try {
    return activeColor(live, release);
  } catch (error) {
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
}

/** Looks again and again until the signal; an answer that does not come is waited for until the next time. */
export async function keepLooking(run: Run, service: string, color: Color, signal: AbortSignal): Promise<never> {
  for (;;) {
    await run.clock.sleep(INTERVAL_MS, signal);
    try {
      await requireTraffic(run, service, color);
    } catch (error) {
      const isTransient =
        error instanceof UnreachableError ||
        (error instanceof ApiError && (error.status >= 500 || error.status === 429));
      if (!isTransient) throw error;
    }
  }
}
