import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { type Cluster, clusterNamed } from './cluster.js';
import { enter } from './enter.js';
import { existingContext, loadIntoExisting } from './existing.js';
import { namespacesExist } from './namespaces.js';
import { programPath } from './packages.js';
import { ClusterError } from './report.js';
import { until } from './wait.js';

/**
 * Imports an image archive, as `docker save` or writeImageArchive make it, into the cluster's node.
 *
 * @throws ClusterError when the cluster is not up or the archive is not one
 */
export async function load(archive: string): Promise<void> {
  if (!existsSync(archive)) {
    throw new ClusterError(`image archive "${archive}" not found`);
  }
  const context = existingContext();
  if (context !== undefined) {
    return loadIntoExisting(context, resolve(archive));
  }
  const cluster = clusterNamed();
  if (!namespacesExist(cluster)) {
    throw new ClusterError(`cluster "${cluster.name}" is not up: run npm run -s cluster -- up`);
  }
  await importImages(cluster, resolve(archive));
}

/** Imports as soon as containerd answers. */
export async function importImages(cluster: Cluster, archive: string): Promise<void> {
  const ctr = (...args: string[]) => {
    const [file, ...rest] = enter(cluster, [programPath('ctr'), '--namespace=k8s.io', ...args]);
    return execa(file, rest, { stdin: 'ignore', reject: false });
  };
  await until(async () => ((await ctr('--timeout=2s', 'version')).exitCode === 0 ? true : undefined), {
    what: 'containerd',
    timeoutMs: 30_000,
  });
  const { exitCode, stderr } = await ctr('images', 'import', archive);
  if (exitCode !== 0) {
    throw new ClusterError(`cannot import "${archive}": ${stderr.trim()}`);
  }
}
