import type { ReplicaSet } from '../../../plugin/core/kubernetes.js';
import { refusalOf } from '../../../plugin/plan/rollout.js';
import { getJson, kubectlWith } from './cluster.js';
import { until } from './until.js';

interface Quota {
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

/** Sets the quota "compute" of a namespace, and waits until the API server counts by it. */
export async function setQuota(namespace: string, hard: Record<string, string>): Promise<void> {
  const metadata = { name: 'compute', namespace };
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } };
  await kubectlWith({ input: JSON.stringify(quota) }, 'apply', '-f', '-');
  await until(async () => {
    const { status } = await getJson<Quota>('resourcequota', 'compute', '-n', namespace);
    const isCounted = Object.keys(status?.used ?? {}).length === Object.keys(hard).length;
    return isCounted && Object.entries(hard).every(([name, value]) => status?.hard?.[name] === value);
  });
}

/** When Pods of a namespace's ReplicaSets were first refused, of those that are refused now: milliseconds since 1970. */
export async function refusedSince(namespace: string): Promise<number[]> {
  const { items } = await getJson<{ items: ReplicaSet[] }>('replicasets', '-n', namespace);
  return items.flatMap((item) => Date.parse(refusalOf(item)?.lastTransitionTime ?? '') || []);
}
