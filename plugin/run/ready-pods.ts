import { APP_LABEL, COLOR_LABEL, type Color, deploymentName } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import type { Deployment, Pod, ReplicaSet } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { deletionOf } from '../plan/deletion.js';
import { writtenBy } from '../plan/field-writer.js';
import { describeLoss } from '../plan/loss.js';
import { isReady, newestReplicaSet, podsOf, podsOfReplicaSet } from '../plan/state.js';
import type { Run } from './context.js';
import { requireTemplate } from './template.js';

export interface Readiness {
  /** Replicas that the plan prepared: with fewer, the color was scaled down since. */
  readonly prepared?: number;
  /** Whether every replica must be ready, or one is enough. */
  readonly all?: boolean;
}

/**
 * The ready Pods of a color's current template.
 *
 * @throws RefusedError when its Deployment is being deleted, too few are ready, or too few are wanted: Pods are still ready for a while after a scale-down;
 *   LostRaceError when a prepared color has a template by now of which no Pod is made yet
 */
export async function readyPods(run: Run, color: Color, { prepared = 0, all = true }: Readiness = {}): Promise<Pod[]> {
  const labelled = { labelSelector: `${APP_LABEL}=${run.release},${COLOR_LABEL}=${color}` };
  const [deployment, replicaSets, pods] = await Promise.all([
    run.api.get<Deployment>(resourcePath('Deployment', run.namespace, deploymentName(run.release, color))),
    run.api.list<ReplicaSet>(resourcePath('ReplicaSet', run.namespace), labelled),
    run.api.list<Pod>(resourcePath('Pod', run.namespace), labelled),
  ]);
  const current = podsOf(pods.items, run.release, color);
  const newest = newestReplicaSet(replicaSets.items, deployment);
  const ready = podsOfReplicaSet(current, newest).filter(isReady);
  const wanted = deployment.spec.replicas ?? 1;
  const { name } = deployment.metadata;
  requireTemplate(run, color, deployment);
  const deletion = deletionOf(deployment);
  // In a hurry a color whose Deployment goes is better than an unhealthy one.
  if (deletion && all) throw new RefusedError(`deployment "${name}" ${deletion}`);
  if (wanted < Math.max(prepared, 1))
    throw new RefusedError(
      `deployment "${name}" was scaled to ${wanted} replicas meanwhile${writtenBy(deployment, 'replicas')}, want ${prepared || 'one or more'}`,
    );
  // More than were prepared, an autoscaler may have added: they get ready in their own time.
  const enough = all ? prepared || wanted : 1;
  if (ready.length === 0 || ready.length < enough) {
    const loss = describeLoss(pods.items, run.verified);
    throw new RefusedError(
      `deployment "${name}" is not ready: ${ready.length} of ${wanted} replicas are ready${loss ? `: ${loss}` : ''}`,
    );
  }
  return ready;
}
