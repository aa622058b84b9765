import { existsSync, mkdirSync } from 'node:fs';
import { getBinaries } from './binaries.js';
import { makeCertificates } from './certificates.js';
import { createCgroup } from './cgroups.js';
import { type Cluster, clusterNamed } from './cluster.js';
import { writeConfiguration } from './configuration.js';
import { removeCluster } from './down.js';
import { existingContext, useExisting } from './existing.js';
import { withLock } from './lock.js';
import { createNamespaces, namespacesExist } from './namespaces.js';
import { installPackages } from './packages.js';
import { report } from './report.js';
import { start } from './start.js';
import { hasCurrentVersion, writeVersion } from './version.js';

/**
 * Brings the cluster up: installs and builds what is missing, starts what does not run, waits until it works.
 *
 * Safe to call at any time and by several processes: it starts only what is missing, whatever stopped it before.
 *
 * @returns the kubeconfig's path
 * @throws ClusterError saying what to do or what failed
 */
export async function up(): Promise<string> {
  const context = existingContext();
  if (context !== undefined) {
    return useExisting(context);
  }
  const cluster = clusterNamed();
  await installPackages();
  const binaries = await withLock('build', getBinaries);
  await withLock(cluster.lock, async () => {
    if (!(await reuse(cluster, binaries))) {
      await create(cluster, binaries);
      await start(cluster, binaries);
    }
  });
  return cluster.kubeconfig;
}

/** @returns false when there is no cluster, or none that can be used; says why in that case */
async function reuse(cluster: Cluster, binaries: string): Promise<boolean> {
  if (!existsSync(cluster.folder)) {
    return false;
  }
  if (!namespacesExist(cluster)) {
    report(`cluster "${cluster.name}" was not completed, or the machine restarted: starting over`);
    return false;
  }
  if (!hasCurrentVersion(cluster, binaries)) {
    report(`cluster "${cluster.name}" was not completed, or by another version of this command: starting over`);
    return false;
  }
  try {
    await start(cluster, binaries);
    return true;
  } catch (error) {
    report(`${error instanceof Error ? error.message : error}\nstarting over`);
    return false;
  }
}

/** Makes what the components are started in and with. */
async function create(cluster: Cluster, binaries: string): Promise<void> {
  await removeCluster(cluster);
  report(`creating cluster "${cluster.name}" (about 10 s)`);
  mkdirSync(cluster.folder, { recursive: true, mode: 0o700 });
  mkdirSync(cluster.logs);
  await makeCertificates(cluster);
  writeConfiguration(cluster);
  createCgroup(cluster);
  await createNamespaces(cluster);
  // Last, so that a killed `up` starts over.
  writeVersion(cluster, binaries);
}
