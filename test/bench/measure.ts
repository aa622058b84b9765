import { setTimeout as sleep } from 'node:timers/promises';
import { begin, quietly } from '../demo/command.js';
import { watchReadiness } from '../demo/readiness.js';

/** Seconds that each took, from its start to its end. */
export interface Pair {
  readonly script: number;
  readonly promote: number;
  /** What is left of promote's without the time from the first new Pod until the last one was ready. */
  readonly overhead: number;
}

const SETTLE_MS = 500;

/** Installs engine-ops v0.1.0, with all Pods of both colors ready. */
export async function prepare(namespace: string, signal: AbortSignal): Promise<void> {
  await timed(`kubectl bluegreen deploy engine-ops -f dist/ --namespace ${namespace}`, signal);
  await settle(namespace, signal);
}

/**
 * The script deploys to green, then promote to blue. Each finds both colors with all their Pods ready, none still ending,
 * the idle color at another version than it is to deploy, and "yes" on its stdin.
 */
export async function measurePair(namespace: string, n: number, signal: AbortSignal): Promise<Pair> {
  const version = n % 2 ? 'v0.1.0' : 'v0.2.0';
  const script = await timed(`env NAMESPACE=${namespace} test/bench/seed-deploy.sh ${version}`, signal);
  await expectActive(namespace, 'green');
  await settle(namespace, signal);
  // --to, because the version already has the traffic.
  const flags = `--version ${version} --to blue --namespace ${namespace}`;
  const watch = await watchReadiness(namespace, 'app=engine-ops,version=blue');
  const promote = await timed(`kubectl bluegreen promote engine-ops ${flags}`, signal);
  const { firstSeen, lastReady } = watch.of(`engine-ops:${version}`);
  await watch.stop();
  await expectActive(namespace, 'blue');
  await settle(namespace, signal);
  return { script, promote, overhead: promote - (lastReady - firstSeen) / 1000 };
}

/** @throws Error with what it printed when it fails */
async function timed(line: string, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const started = performance.now();
  const { exitCode, all, message } = await begin(line, signal, 'yes\n');
  if (exitCode !== 0) throw new Error(`${line}: ${all || message}`);
  return (performance.now() - started) / 1000;
}

async function expectActive(namespace: string, color: string): Promise<void> {
  const selector = 'jsonpath={.spec.selector.version}';
  const active = await quietly(`kubectl get service engine-ops-active --namespace ${namespace} --output ${selector}`);
  if (active !== color) throw new Error(`traffic is on ${active}, want ${color}`);
}

interface Pod {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly status: { readonly containerStatuses?: readonly { readonly ready: boolean }[] };
}

/** Waits until all Pods are ready and those that were replaced are gone: they take time of the machine, too. */
async function settle(namespace: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const pods = JSON.parse(await quietly(`kubectl get pods --namespace ${namespace} --output json`)) as {
      items: Pod[];
    };
    const settled = ({ metadata, status }: Pod) => !metadata.deletionTimestamp && status.containerStatuses?.[0]?.ready;
    if (pods.items.every(settled)) return;
    await sleep(SETTLE_MS);
  }
}
