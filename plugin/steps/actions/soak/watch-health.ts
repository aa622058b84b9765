import { APP_LABEL, COLOR_LABEL, type Color, deploymentName } from '../../../../charts/names.js';
import type { Deployment, Pod } from '../../../core/kubernetes.js';
import { type Following, followCollection } from '../../../kube/reconnecting-informer.js';
import { resourcePath } from '../../../kube/resources.js';
import { writtenBy } from '../../../plan/field-writer.js';
import { baseline, findRestart, findSickness } from '../../../plan/health.js';
import { describeLoss } from '../../../plan/loss.js';
import { isReady, podsOf } from '../../../plan/state.js';
import type { Run } from '../../../run/context.js';
import { changedTemplate } from '../../../run/template.js';

/** A color's Pods and Deployment, followed by watches. */
export interface HealthWatch {
  /** The color's Pods by now, those not that are being deleted. */
  current(): Pod[];
  /** Why it is not what was verified any more: restarts, another template, too few Pods; undefined while it is. */
  find(): Promise<string | undefined>;
  /** Rejects when it can no longer be followed, also when the server is back; never resolves. */
  readonly failed: Promise<never>;
  /** Resolves as soon as it is followed, in case the server was out of reach. */
  caughtUp(): Promise<void>;
}

/** @param prepared - Pods that it must have; undefined: as many as are ready now */
export async function watchHealth(
  run: Run,
  color: Color,
  prepared: number | undefined,
  following: Following,
): Promise<HealthWatch> {
  const labelled = { labelSelector: `${APP_LABEL}=${run.release},${COLOR_LABEL}=${color}` };
  const name = deploymentName(run.release, color);
  const named = { fieldSelector: `metadata.name=${name}` };
  const [pods, deployments] = await Promise.all([
    followCollection<Pod>(run.api, resourcePath('Pod', run.namespace), labelled, following),
    followCollection<Deployment>(run.api, resourcePath('Deployment', run.namespace), named, following),
  ]);
  const current = () => podsOf(pods.items(), run.release, color);
  const ready = () => current().filter(isReady);
  const known = new Map(run.verified);
  for (const pod of ready()) known.set(pod.metadata.uid ?? '', pod);
  // What restarted between its verification and now has restarted since it was verified.
  const before = new Map([...baseline(current()), ...baseline([...run.verified.values()])]);
  let wanted = prepared ?? ready().length;

  /** Fewer Pods than before may be what an autoscaler wants; the Deployment says so before its Pods go. */
  async function findShortage(): Promise<string | undefined> {
    const path = resourcePath('Deployment', run.namespace, name);
    const live = await run.api.find<Deployment>(path).catch(() => deployments.items()[0]);
    if (!live) return `deployment "${name}" was deleted`;
    const replicas = live.spec.replicas ?? 1;
    const scaled =
      replicas < wanted
        ? `deployment "${name}" was scaled to ${replicas} replicas${writtenBy(live, 'replicas')}: `
        : '';
    wanted = Math.min(wanted, Math.max(1, replicas));
    const sickness = findSickness(current(), wanted, before);
    const loss = describeLoss(pods.items(), known);
    return sickness && `${scaled}${sickness}${loss ? `: ${loss}` : ''}`;
  }

  const failed = Promise.race([pods.failed, deployments.failed]);
  // The caller may fail before it waits for this: that must not be an unhandled rejection.
  failed.catch(() => undefined);
  return {
    current,
    async find() {
      const restarted = findRestart(current(), before);
      if (restarted) return restarted;
      const [deployment] = deployments.items();
      const changed = deployment && changedTemplate(run, color, deployment);
      if (changed) return changed;
      return ready().length < wanted ? await findShortage() : undefined;
    },
    failed,
    caughtUp: async () => void (await Promise.all([pods.caughtUp(), deployments.caughtUp()])),
  };
}
