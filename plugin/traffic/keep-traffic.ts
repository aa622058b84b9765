import type { Color } from '../../charts/names.js';
import { isTransient, RefusedError, UnprovenError } from '../core/errors.js';
import type { Service } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { activeColor } from '../plan/active-color.js';
import { writtenBy } from '../plan/field-writer.js';
import { movedSince } from '../plan/gitops/moved.js';
import { lastOperation } from '../plan/operation.js';
import { overlapOf } from '../plan/traffic.js';
import type { Run } from '../run/context.js';

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
  const { where, isColor } = whereOf(live, run.release);
  if (where === color) return;
  const last = lastOperation(live);
  if (last && last.id !== operationId)
    throw new UnprovenError(`traffic was moved on to ${where}, by ${last.by} (${last.kind} at ${last.at})`);
  throw new UnprovenError(
    isColor
      ? (movedSince(live, run.release) ?? `traffic is on ${where}`)
      : `${where}; the selector was written${writtenBy(live, 'selector')}`,
  );
}

/** The color, or, in words, why the selector names none. */
function whereOf(live: Service, release: string): { where: string; isColor: boolean } {
  if (overlapOf(live, release)) return { where: 'both colors', isColor: false };
  try {
    return { where: activeColor(live, release), isColor: true };
  } catch (error) {
    if (error instanceof RefusedError) return { where: error.message, isColor: false };
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
      if (!isTransient(error)) throw error;
    }
  }
}
