import { existsSync, rmSync } from 'node:fs';
import { deleteCgroup } from './cgroups.js';
import { type Cluster, clusterNamed } from './cluster.js';
import { existingContext } from './existing.js';
import { withLock } from './lock.js';
import { deleteNamespaces } from './namespaces.js';
import { clusterProcesses, killAll } from './processes.js';
import { report } from './report.js';

/**
 * Ends the cluster and removes all of it: processes, namespaces with their mounts, links and firewall rules, cgroups,
 * files. The built programs stay in the cache.
 *
 * @throws ClusterError when something cannot be removed
 */
export async function down(): Promise<void> {
  const context = existingContext();
  const cluster = clusterNamed();
  if (context !== undefined) {
    report(`context "${context}" is not a cluster of this command: nothing to do`);
    return;
  }
  await withLock(cluster.lock, async () => {
    const existed = existsSync(cluster.folder);
    await removeCluster(cluster);
    report(existed ? `cluster "${cluster.name}" removed` : `cluster "${cluster.name}" does not exist`);
  });
}

/** Needs no complete cluster: each part is removed if it is there. */
export async function removeCluster(cluster: Cluster): Promise<void> {
  await killAll(() => clusterProcesses(cluster));
  await deleteNamespaces(cluster);
  await deleteCgroup(cluster);
  rmSync(cluster.folder, { recursive: true, force: true });
}
