import type { Cluster } from './cluster.js';
import { type Component, components } from './components.js';
import { waitFor } from './health.js';
import { clusterProcesses, running, startDetached } from './processes.js';
import { report } from './report.js';
import { loadSampleImages } from './sample.js';

/**
 * Starts the components that do not run and waits until the cluster works.
 *
 * @throws ClusterError when one of them ends or the cluster does not work in time
 */
export async function start(cluster: Cluster, binaries: string): Promise<void> {
  const all = components(cluster, binaries);
  const first = all.filter(({ needsApi }) => !needsApi);
  const startedFirst = await startMissing(cluster, first);
  await Promise.all([loadSampleImages(cluster), waitFor('API server', cluster, binaries, first)]);
  const startedRest = await startMissing(cluster, all);
  const last = ['default ServiceAccount', 'kube-proxy', 'Node'] as const;
  await Promise.all(last.map((condition) => waitFor(condition, cluster, binaries, all)));
  if (startedFirst || startedRest) {
    report(`cluster "${cluster.name}" is up`);
  }
}

async function startMissing(cluster: Cluster, wanted: readonly Component[]): Promise<boolean> {
  const processes = clusterProcesses(cluster);
  const missing = wanted.filter(({ argv }) => running(processes, argv[0]) === undefined);
  for (const { name, argv } of missing) {
    report(`starting ${name}`);
    await startDetached(cluster, name, argv);
  }
  return missing.length > 0;
}
