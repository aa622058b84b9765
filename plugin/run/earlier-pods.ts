import { ApiError, UnreachableError } from '../core/errors.js';
import type { Pod, ReplicaSet } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { forgetTraceless, forgetTried, TRACELESS_TRY_MS } from '../plan/pod-failure.js';
import { standing } from '../plan/rollout.js';
import type { Run } from './context.js';

/** To be called before anything is changed: what stands then is no answer to the change. */
export function rememberStanding(run: Run, replicaSets: readonly ReplicaSet[], pods: readonly Pod[]): void {
  for (const key of standing(replicaSets, pods)) run.earlier.add(key);
}

/** Pods that could not start before a run changed anything, while the run waits for them. */
export interface EarlierPods {
  /** Forgets what was remembered of Pods that were tried since. To be called with each view before it is judged. */
  see(pods: readonly Pod[]): void;
  /** Deletes Pods so that new ones are tried at once, each Pod once; where that is not allowed, says so and leaves them. */
  replace(pods: readonly Pod[]): Promise<void>;
}

/**
 * @param current - the Pods as they are by now
 * @param onChange - called when time alone has made a failure count
 */
export function followEarlier(
  run: Run,
  current: () => readonly Pod[],
  onChange: () => void,
  signal: AbortSignal,
): EarlierPods {
  const replaced = new Set<string>();
  let mayDelete = true;
  if (run.earlier.size > 0)
    run.clock.sleep(TRACELESS_TRY_MS, signal).then(
      () => {
        forgetTraceless(run.earlier, current());
        onChange();
      },
      () => undefined,
    );

  async function replaceOne({ metadata }: Pod): Promise<void> {
    const { name, uid = '', resourceVersion } = metadata;
    if (!mayDelete || replaced.has(uid)) return;
    try {
      // A Pod that has started meanwhile has another resourceVersion, and stays.
      await run.api.delete(resourcePath('Pod', run.namespace, name), { uid, resourceVersion });
      replaced.add(uid);
      run.reporter.changed(`pod/${name}`, 'deleted');
    } catch (error) {
      if (error instanceof UnreachableError || (error instanceof ApiError && [404, 409].includes(error.status))) return;
      if (!(error instanceof ApiError)) throw error;
      mayDelete = false;
      run.reporter.info(`pods that failed before the run are left to their kubelet: ${error.message}`);
    }
  }

  return {
    see: (pods) => forgetTried(run.earlier, pods),
    async replace(pods) {
      for (const pod of pods) await replaceOne(pod);
    },
  };
}
