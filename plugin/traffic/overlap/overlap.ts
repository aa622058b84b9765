import { APP_LABEL } from '../../../charts/names.js';
import {
  InterruptedError,
  LostRaceError,
  RefusedError,
  RolledBackError,
  UnknownStateError,
  UnprovenError,
} from '../../core/errors.js';
import type { Pod, Service } from '../../core/kubernetes.js';
import { resourcePath } from '../../kube/resources.js';
import type { Guard } from '../../plan/operation.js';
import { commonLabels } from '../../plan/overlap.js';
import type { Overlap } from '../../plan/steps.js';
import type { Run } from '../../run/context.js';
import { readyPods } from '../../run/ready-pods.js';
import { proveTraffic } from '../prove.js';
import { recordOutcome } from '../record.js';
import { type SwitchRequest, switchTraffic } from '../selector/switch.js';
import { waitServing } from './overlap-wait.js';

/** A switch, and what the color that it goes to runs. */
export type OverlapRequest = SwitchRequest & { readonly toVersion: string };

/*
 * A load balancer that sends traffic to Pods themselves learns of a switch seconds late: it drops the old color's Pods as
 * soon as the selector does, and the new one's are not registered yet. So both colors are let in first, in two patches that
 * each are guarded as a switch is (see switch.ts and fence.ts):
 *
 *     {version: blue} --widen--> {} outcome "overlapping" --narrow--> {version: green} outcome "switched"
 *
 * Both colors were verified before, and the set of endpoints is never empty: it only grows, and then shrinks. The record
 * says which operation has both in, from where and to where, so that a run that is killed in between leaves nothing to
 * guess. While it does, no color is without traffic to anybody: a scale-down refuses both.
 */

/**
 * Moves traffic by way of both colors. When the new color fails meanwhile, or the run is interrupted, traffic goes back.
 *
 * @returns the Service as it is afterwards
 * @throws RolledBackError when traffic is back, because the new color failed; InterruptedError when it is, because of a
 *   signal; UnprovenError when both colors still have it; RefusedError before the first patch; and as switchTraffic
 */
export async function overlapTraffic(run: Run, request: OverlapRequest, overlap: Overlap): Promise<Service> {
  const guard = overlap.resumes ? request.guard : await widen(run, request);
  const narrowing = { ...request, guard, phase: { kind: 'contract' as const } };
  try {
    await waitServing(run, { ...narrowing, overlap });
    return await switchTraffic(run, { ...narrowing, ...(overlap.resumes && { resumes: overlap.resumes.id }) });
  } catch (error) {
    if (error instanceof LostRaceError || error instanceof UnknownStateError) throw error;
    // When reverting, never fall back to the color that traffic is taken from.
    if (overlap.resumes?.back) throw stillBoth(run, request, error as Error);
    return await narrowBack(run, narrowing, error as Error);
  }
}

async function widen(run: Run, request: OverlapRequest): Promise<Guard> {
  const labelSelector = `${APP_LABEL}=${run.release}`;
  const { items } = await run.api.list<Pod>(resourcePath('Pod', run.namespace), { labelSelector });
  const phase = { kind: 'expand' as const, labels: commonLabels(items, run.release) };
  const service = await switchTraffic(run, { ...request, phase });
  run.reporter.changed(`service/${request.service}`, 'patched');
  run.reporter.info(`${request.from} and ${request.to} have the traffic`);
  return { uid: service.metadata.uid, lastOperationId: run.operationId };
}

async function narrowBack(run: Run, request: OverlapRequest, cause: Error): Promise<never> {
  const { from, to, service, guard } = request;
  run.reporter.warn(`${cause.message}: moving traffic back to ${from} alone`);
  // A signal has ended the way there, not the way back.
  const back: Run = { ...run, operationId: `${run.operationId}-back`, signal: new AbortController().signal };
  const id = guard.lastOperationId ?? run.operationId;
  try {
    await switchTraffic(back, {
      ...request,
      from: to,
      to: from,
      kind: 'rollback',
      fromVersion: request.toVersion,
      reverts: { id, why: cause.message },
      // Only the other phase would have changed more than the selector.
      manifest: undefined,
      ports: undefined,
      // A color without ready Pods must not get all the traffic.
      recheck: async () => void (await readyPods(back, from, { prepared: 1, all: false })),
    });
  } catch (error) {
    if (error instanceof LostRaceError || error instanceof UnknownStateError) throw error;
    throw stillBoth(run, request, cause, error as Error);
  }
  run.reporter.changed(`service/${service}`, 'patched');
  await proveTraffic(back, service, from);
  await recordOutcome(back, service, 'rolled-back');
  if (cause instanceof InterruptedError) throw cause;
  throw new RolledBackError(
    `${to} failed while both colors had the traffic: ${cause.message}; traffic is back on ${from}`,
    { cause },
  );
}

function stillBoth({ release }: Run, request: OverlapRequest, cause: Error, error?: Error): Error {
  const { from, to, service, fromVersion, toVersion } = request;
  const text =
    `service "${service}" still leads to both ${from} and ${to}: ${cause.message}` +
    (error ? `; and ${from} could not take all of it back: ${error.message}` : '') +
    `; "kubectl bluegreen rollback ${release} --to=COLOR" moves traffic to one of them, ${from} (${fromVersion}) or ${to} (${toVersion})`;
  return error ? new UnprovenError(text, { cause }) : new RefusedError(text, { cause });
}
