import { activeServiceName, PROMOTING_ANNOTATION } from '../../charts/names.js';
import { LostRaceError } from '../core/errors.js';
import type { Deployment, ManagedFields } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { takeOver } from '../plan/fields/take-over.js';
import type { IdleColor } from '../plan/steps.js';
import { retryConflicts, writeManagedFields } from './apply.js';
import type { Run } from './context.js';
import { announceChange, requireIdle } from './fence.js';

/** The Deployment in the state in which it may be changed, and in no later one; undefined where there is none. */
export type Changeable = Deployment | undefined;

/**
 * Changes a Deployment of the color that a plan prepares, in the order of requests that fence.ts gives: a run that was
 * suspended, and whose Lease another run took over meanwhile, must not change what has the traffic by then.
 *
 * @param change - sends the change, guarded by the resourceVersion of what it is given; called anew for each attempt
 * @param taken - the managedFields that the Deployment gets first
 * @throws LostRaceError when traffic was moved, or is about to be moved to that color, since the plan was made
 */
export async function changeIdle<T>(
  run: Run,
  idle: IdleColor | undefined,
  name: string,
  change: (live: Changeable) => Promise<T>,
  taken: (live: Deployment) => ManagedFields[] | undefined = takeOver,
): Promise<T> {
  return await retryConflicts(async () => {
    const found = await run.api.find<Deployment>(resourcePath('Deployment', run.namespace, name));
    if (found && idle) requireUnclaimed(run, found, idle);
    // Who owns which field is no change of what runs, so it needs no fence; its answer is what the change is guarded by.
    const live = found && (await writeManagedFields(run, found, taken(found)));
    if (!idle) await requireNotInstalled(run);
    else await announceChange(run, await requireIdle(run, idle), live?.metadata.resourceVersion);
    return await change(live);
  });
}

/** @throws LostRaceError when the color that a plan prepares has, or may have, traffic by now */
export async function requireNoTraffic(run: Run, idle: IdleColor | undefined): Promise<void> {
  await (idle ? requireIdle(run, idle) : requireNotInstalled(run));
}

/** Before the first deploy nothing has traffic, and the run that makes the active Service has applied both colors. */
export async function requireNotInstalled(run: Run): Promise<void> {
  const name = activeServiceName(run.release);
  if (await run.api.exists(resourcePath('Service', run.namespace, name)))
    throw new LostRaceError(`service "${name}" was created by another run meanwhile`);
}

/** Gives way at once to a run that is about to move traffic here: two that are refused in turn would both give up in the end. */
export function requireUnclaimed(run: Run, { metadata }: Deployment, { promoting, idle }: IdleColor): void {
  const now = metadata.annotations?.[PROMOTING_ANNOTATION];
  if (now === promoting || now?.startsWith(`${run.operationId}.`)) return;
  throw new LostRaceError(`operation ${now} is moving traffic to ${idle}: it is left as it is`);
}
