import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES, writeImageArchive } from '../app/images.js';
import { getBinaries } from './binaries.js';
import { makeCertificates } from './certificates.js';
import { createCgroup } from './cgroups.js';
import { type Cluster, clusterNamed } from './cluster.js';
import { type Component, components } from './components.js';
import { PAUSE_IMAGE, writeConfiguration } from './configuration.js';
import { removeCluster } from './down.js';
import { existingContext, useExisting } from './existing.js';
import { type Condition, waitFor } from './health.js';
import { importImages } from './load.js';
import { withLock } from './lock.js';
import { createNamespaces, namespacesExist } from './namespaces.js';
import { installPackages } from './packages.js';
import { clusterProcesses, running, startDetached } from './processes.js';
import { report } from './report.js';

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
  const cluster = clusterNamed();
  if (context !== undefined) {
    return withLock(cluster, () => useExisting(cluster, context));
  }
  await installPackages();
  return withLock(cluster, async () => {
    const binaries = await getBinaries();
    await prepare(cluster, binaries);
    await start(cluster, binaries);
    return cluster.kubeconfig;
  });
}

/** Makes what the components are started in and with; starts over where that is not what this version would make. */
async function prepare(cluster: Cluster, binaries: string): Promise<void> {
  const same = existsSync(versionFile(cluster)) && readFileSync(versionFile(cluster), 'utf8') === version(binaries);
  if (same && namespacesExist(cluster)) {
    return;
  }
  if (existsSync(cluster.folder)) {
    report(`removing what is left of cluster "${cluster.name}"`);
    await removeCluster(cluster);
  }
  report(`creating cluster "${cluster.name}" (about 20 s)`);
  mkdirSync(cluster.folder, { recursive: true, mode: 0o700 });
  mkdirSync(cluster.logs);
  await makeCertificates(cluster);
  writeConfiguration(cluster);
  createCgroup(cluster);
  await createNamespaces(cluster);
  // Last, so that a killed `up` starts over.
  writeFileSync(versionFile(cluster), version(binaries));
}

const versionFile = (cluster: Cluster) => join(cluster.folder, 'version');

/** Changes with the binaries and with the sources that say how they are started. */
function version(binaries: string): string {
  const hash = createHash('sha256').update(binaries);
  for (const file of [
    'cluster.ts',
    'components.ts',
    'configuration.ts',
    'namespaces.ts',
    'cgroups.ts',
    'certificates.ts',
  ]) {
    hash.update(readFileSync(join(import.meta.dirname, file)));
  }
  return hash.digest('hex');
}

async function start(cluster: Cluster, binaries: string): Promise<void> {
  const all = components(cluster, binaries);
  const first = all.filter(({ needsApi }) => !needsApi);
  const startedAny = await startMissing(cluster, first);
  const wait = (condition: Condition, running: readonly Component[]) => waitFor(condition, cluster, binaries, running);
  const images = loadImages(cluster);
  await Promise.all([images, wait('API server', first)]);
  await startMissing(cluster, all);
  await Promise.all((['default ServiceAccount', 'kube-proxy', 'Node'] as const).map((what) => wait(what, all)));
  if (startedAny) {
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

/** Imports the sample application's images, when they have changed since. */
async function loadImages(cluster: Cluster): Promise<void> {
  const archive = await writeImageArchive(join(cluster.folder, 'images.tar'), [
    ...IMAGES,
    { reference: PAUSE_IMAGE, entrypoint: ['/pause'] },
  ]);
  const digest = createHash('sha256').update(readFileSync(archive)).digest('hex');
  const loaded = join(cluster.folder, 'images-loaded');
  if (existsSync(loaded) && readFileSync(loaded, 'utf8') === digest) {
    return;
  }
  report(`loading ${IMAGES.length} images of the sample application`);
  await importImages(cluster, archive);
  writeFileSync(loaded, digest);
}
