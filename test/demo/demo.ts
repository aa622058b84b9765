/**
 * The project's main job on a real cluster, told as it happens on stderr: a promotion under load, a broken version that
 * is refused, a rollback. The last line of stdout is the result as JSON; the exit code is 1 when it is not as it must be.
 */
import { constants } from 'node:os';
import { up } from '../cluster/up.js';
import { chapter, observed, wrong } from './account.js';
import { createNamespace, deleteNamespace } from './namespace.js';
import { type Result, tell } from './story.js';

const NAMESPACE = 'bluegreen-demo';

const result: Result = {
  promoted: false,
  refusedBroken: false,
  rolledBack: false,
  requests: 0,
  failed: 0,
  promoteSeconds: 0,
};
const stop = new AbortController();
let exitCode = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    exitCode = 128 + constants.signals[signal];
    stop.abort(new Error(`ended by ${signal}`));
  });
}

/** @returns whether it went well */
async function attempt(action: () => Promise<void>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    wrong((error as Error).message);
    return false;
  }
}

const prepared = await attempt(async () => {
  chapter('A Kubernetes cluster');
  const kubeconfig = await up();
  stop.signal.throwIfAborted();
  await createNamespace(NAMESPACE);
  observed(`it is up, with an empty namespace ${NAMESPACE}; kubeconfig: ${kubeconfig}`);
});
const told = prepared && (await attempt(() => tell(result, NAMESPACE, stop.signal)));
const cleaned =
  !prepared ||
  (await attempt(async () => {
    await deleteNamespace(NAMESPACE);
    observed(`namespace ${NAMESPACE} deleted, the cluster left up`);
  }));

const complete = result.promoted && result.refusedBroken && result.rolledBack;
const ok = told && cleaned && complete && result.requests > 0 && result.failed === 0;
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = exitCode || (ok ? 0 : 1);
