import { createInterface } from 'node:readline';
import { begin } from './command.js';

/** When Pods of one image were first seen, and first seen ready, as performance.now() counts. */
export interface Readiness {
  readonly pods: number;
  readonly firstSeen: number;
  readonly lastReady: number;
}

export interface ReadinessWatch {
  /** @throws Error when no Pod of the image became ready */
  of(image: string): Readiness;
  stop(): Promise<void>;
}

/**
 * Watches a color's Pods from outside, with kubectl: what is measured does not depend on what the plugin says.
 *
 * @returns when the Pods that already are there have been listed
 */
export async function watchReadiness(namespace: string, selector: string): Promise<ReadinessWatch> {
  // Not by tabs: kubectl aligns them as a table.
  const columns = '{.metadata.name},{.spec.containers[0].image},{.status.conditions[?(@.type=="Ready")].status}';
  const stop = new AbortController();
  const child = begin(
    `kubectl get pods --namespace ${namespace} --selector ${selector} --watch --output jsonpath=${columns}{"\\n"}`,
    stop.signal,
  );
  const seen = new Map<string, { image: string; firstSeen: number; ready?: number }>();
  await new Promise<void>((resolve) => {
    child.then(() => resolve());
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [name = '', image = '', ready] = line.split(',');
      const pod = seen.get(name) ?? { image, firstSeen: performance.now() };
      if (ready === 'True') pod.ready ??= performance.now();
      seen.set(name, pod);
      resolve();
    });
  });
  return {
    of(image) {
      const pods = [...seen.values()].filter((pod) => pod.image === image);
      const ready = pods.flatMap((pod) => pod.ready ?? []);
      if (ready.length === 0) throw new Error(`no Pod of ${image} was seen to become ready`);
      const firstSeen = Math.min(...pods.map((pod) => pod.firstSeen));
      return { pods: ready.length, firstSeen, lastReady: Math.max(...ready) };
    },
    async stop() {
      stop.abort();
      await child;
    },
  };
}
