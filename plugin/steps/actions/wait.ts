import { APP_LABEL, COLOR_LABEL, type Color } from '../../../charts/names.js';
import { RefusedError } from '../../core/errors.js';
import type { Deployment, Pod, ReplicaSet } from '../../core/kubernetes.js';
import { followCollection } from '../../kube/reconnecting-informer.js';
import { resourcePath } from '../../kube/resources.js';
import { type RolloutProgress, type RolloutView, rolloutProgress } from '../../plan/rollout.js';
import type { Run } from '../../run/context.js';
import { followEarlier } from '../../run/earlier-pods.js';
import { tellLoss } from '../../run/tell-loss.js';
import { requireTemplate } from '../../run/template.js';

const LOG_LINES = 10;

/** Waits until every Pod of the new ReplicaSet of a color is available. */
export function waitRollout(
  run: Run,
  color: Color,
  deployment: string,
  timeoutSeconds: number,
): Promise<readonly Pod[]> {
  const labelSelector = `${APP_LABEL}=${run.release},${COLOR_LABEL}=${color}`;
  const progress = (view: RolloutView) => {
    requireTemplate(run, color, view.deployment);
    return rolloutProgress(view, run.release, color);
  };
  return waitDeployment(run, { deployment, labelSelector, timeoutSeconds, progress });
}

export interface RolloutWait {
  readonly deployment: string;
  /** Selects its ReplicaSets and Pods. */
  readonly labelSelector: string;
  /** 0 waits for ever. */
  readonly timeoutSeconds: number;
  readonly progress: (view: RolloutView) => RolloutProgress;
}

/**
 * Waits, by watch, until every Pod of a Deployment's new ReplicaSet is available.
 *
 * @returns the Pods, oldest first
 * @throws RefusedError as soon as a Pod cannot start, with its last log lines, or when the time has passed
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export async function waitDeployment(
  run: Run,
  { deployment, labelSelector, timeoutSeconds, progress: evaluate }: RolloutWait,
): Promise<readonly Pod[]> {
  const done = new AbortController();
  const signal = AbortSignal.any([run.signal, done.signal]);
  let wake: () => void = () => undefined;
  const following = { signal, onChange: () => wake(), clock: run.clock, onLost: tellLoss(run, 'wait') };
  const labelled = { labelSelector };
  const named = { fieldSelector: `metadata.name=${deployment}` };
  try {
    const [deployments, replicaSets, pods] = await Promise.all([
      followCollection<Deployment>(run.api, resourcePath('Deployment', run.namespace), named, following),
      followCollection<ReplicaSet>(run.api, resourcePath('ReplicaSet', run.namespace), labelled, following),
      followCollection<Pod>(run.api, resourcePath('Pod', run.namespace), labelled, following),
    ]);
    const earlier = followEarlier(run, pods.items, following.onChange, signal);
    let isLate = false;
    const timeout = timeoutSeconds > 0 ? [run.clock.sleep(timeoutSeconds * 1000, signal)] : [];
    const late = timeout.map((over) =>
      over.then(() => {
        isLate = true;
      }),
    );
    for (const losing of late) losing.catch(() => undefined);
    let told = '';
    for (;;) {
      run.signal.throwIfAborted();
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const [current] = deployments.items();
      if (!current) throw new RefusedError(`deployment "${deployment}" was deleted meanwhile`);
      earlier.see(pods.items());
      const progress = evaluate({
        deployment: current,
        replicaSets: replicaSets.items(),
        pods: pods.items(),
        earlier: run.earlier,
      });
      if (progress.phase === 'ready') return progress.pods;
      if (progress.phase === 'failed') throw await failure(run, progress);
      if (isLate) throw new RefusedError(`${progress.message}, after ${timeoutSeconds}s`);
      if (progress.message !== told) run.reporter.info(progress.message);
      told = progress.message;
      if (progress.hanging) await earlier.replace(progress.hanging);
      const losses = [deployments.failed, replicaSets.failed, pods.failed];
      await Promise.race([changed, ...losses, ...late]);
    }
  } finally {
    done.abort();
  }
}

async function failure(run: Run, progress: RolloutProgress & { phase: 'failed' }): Promise<RefusedError> {
  const logs = progress.pod && (await lastLogLines(run, progress.pod, progress.crashed ?? false));
  return new RefusedError(logs ? `${progress.message}\n${logs}` : progress.message);
}

/** The end of a Pod's log, of its previous container if it crashed; nothing where there is no log or it may not be read. */
async function lastLogLines(run: Run, pod: Pod, previous: boolean): Promise<string> {
  const path = `${resourcePath('Pod', run.namespace, pod.metadata.name)}/log`;
  try {
    const text = await run.api.text(path, { tailLines: String(LOG_LINES), previous: String(previous) });
    const lines = text.trimEnd().split('\n').filter(Boolean);
    return lines.map((line) => `  ${pod.metadata.name}: ${line.slice(0, 500)}`).join('\n');
  } catch {
    return '';
  }
}
