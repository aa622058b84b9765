import { activeServiceName, PROMOTING_ANNOTATION } from '../../charts/names.js';
import { ApiError, LostRaceError } from '../errors.js';
import type { Deployment } from '../kubernetes.js';
import type { IdleColor } from '../plan/steps.js';
import { resourcePath } from '../resources.js';
import type { Run } from '../run.js';
import { announceChange, requireIdle } from './fence.js';

/** Controllers write the status of a Deployment while its Pods come and go: each time everything is read again. */
const MAX_ATTEMPTS = 20;

/** The state in which a Deployment may be changed, and in no later one. */
export type Precondition = { readonly resourceVersion?: string | undefined };

/**
 * Changes a Deployment of the color that a plan prepares, in the order of requests that fence.ts gives: a run that was
 * suspended, and whose Lease went to somebody else meanwhile, must not change what has the traffic by then.
 *
 * @param change - sends the change with the precondition; called anew for each attempt
 * @throws LostRaceError when traffic was moved, or is about to be moved to that color, since the plan was made
 */
export async function changeIdle<T>(
  run: Run,
  idle: IdleColor | undefined,
  name: string,
  change: (precondition: Precondition) => Promise<T>,
): Promise<T> {
  if (!idle) {
    await requireNotInstalled(run);
    return await change({});
  }
  for (let attempt = 1; ; attempt++) {
    const deployment = await run.api.find<Deployment>(resourcePath('Deployment', run.namespace, name));
    if (deployment) requireUnclaimed(run, deployment, idle);
    const service = await requireIdle(run, idle);
    const resourceVersion = deployment?.metadata.resourceVersion;
    try {
      await announceChange(run, service, resourceVersion);
      return await change({ resourceVersion });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}

/** Before the first deploy nothing has traffic, and whoever makes the active Service has applied both colors. */
export async function requireNotInstalled(run: Run): Promise<void> {
  const name = activeServiceName(run.release);
  if (await run.api.exists(resourcePath('Service', run.namespace, name)))
    throw new LostRaceError(`service "${name}" was created by somebody else meanwhile`);
}

/** Gives way at once to who is about to move traffic here: two that are refused in turn would both give up in the end. */
export function requireUnclaimed(run: Run, { metadata }: Deployment, { promoting, idle }: IdleColor): void {
  const now = metadata.annotations?.[PROMOTING_ANNOTATION];
  if (now === promoting || now?.startsWith(`${run.operationId}.`)) return;
  throw new LostRaceError(`operation ${now} is moving traffic to ${idle}: it is left as it is`);
}
