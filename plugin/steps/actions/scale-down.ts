import { isConflict, RefusedError } from '../../core/errors.js';
import type { Deployment, Pod } from '../../core/kubernetes.js';
import { resourcePath } from '../../kube/resources.js';
import { requireAutoscaled } from '../../plan/cleanup.js';
import { imageOf, versionOf } from '../../plan/image.js';
import { isReady } from '../../plan/state.js';
import type { Step } from '../../plan/steps.js';
import { requireUnclaimed } from '../../run/change-idle.js';
import type { Run } from '../../run/context.js';
import { announceScaleDown, requireIdle } from '../../run/fence.js';
import { acquireLease } from '../../run/lease.js';
import { listPods } from '../../run/list-pods.js';
import { listAutoscalers } from '../../run/observe.js';
import { requireNoNewService } from '../../run/other-services.js';

type Request = Step & { kind: 'scale-down' };

/** Controllers write the status of a Deployment while its Pods come and go: each time everything is read again. */
const MAX_ATTEMPTS = 6;

/**
 * Lowers the replicas of a color that has no traffic, in the order of requests that fence.ts gives.
 *
 * @throws LostRaceError when traffic was moved, or is about to be moved to that color, since the plan was made
 */
export async function scaleDown(run: Run, request: Request): Promise<void> {
  const lease = await acquireLease(run);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptScaleDown(run, request, attempt);
      } catch (error) {
        if (!isConflict(error) || attempt >= MAX_ATTEMPTS) throw error;
      }
    }
  } finally {
    await lease.release();
  }
}

async function attemptScaleDown(run: Run, request: Request, attempt: number): Promise<void> {
  const path = resourcePath('Deployment', run.namespace, request.deployment);
  const deployment = await run.api.get<Deployment>(path);
  requireUnclaimed(run, deployment, request);
  if ((deployment.spec.replicas ?? 1) <= request.to)
    return run.reporter.info('another run or a person has done it meanwhile');
  requireAutoscaled(await listAutoscalers(run.api, run.namespace), request.deployment, request.to);
  const service = await requireIdle(run, request);
  const serving = await requireServing(run, request, deployment);
  const deployments = { blue: undefined, green: undefined, [request.idle]: deployment };
  await requireNoNewService(run.api, run.namespace, { release: run.release, deployments, pods: serving }, request);
  run.signal.throwIfAborted();
  await announceScaleDown(run, service, attempt);
  const { uid, resourceVersion } = deployment.metadata;
  await run.api.patch(path, { metadata: { uid, resourceVersion }, spec: { replicas: request.to } });
  run.reporter.changed(`deployment.apps/${request.deployment}`, 'scaled');
}

/** Keeps the rollback target while the active color has no ready Pod. @returns the Pods of the active color */
async function requireServing(run: Run, { active, idle }: Request, deployment: Deployment): Promise<Pod[]> {
  const pods = await listPods(run, active);
  if (pods.some(isReady)) return pods;
  throw new RefusedError(
    `${active} has the traffic and no Pod that is ready: ${idle} is left as it is; ` +
      `"kubectl bluegreen rollback ${run.release} --to ${idle}" moves traffic to ${idle} (${versionOf(imageOf(deployment))})`,
  );
}
