import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from './cluster.js';
import { until } from './wait.js';

const ROOT = '/sys/fs/cgroup';
const isVersion2 = () => existsSync(join(ROOT, 'cgroup.controllers'));

/** One folder for version 2, one for each controller's hierarchy for version 1. */
function cgroupFolders(cluster: Cluster): string[] {
  if (isVersion2()) {
    return [join(ROOT, cluster.cgroup)];
  }
  return readdirSync(ROOT)
    .filter((hierarchy) => existsSync(join(ROOT, hierarchy, 'cgroup.procs')))
    .map((hierarchy) => join(ROOT, hierarchy, cluster.cgroup));
}

/** Makes the cgroup that holds the cluster's Pods; the kubelet makes those below it. */
export function createCgroup(cluster: Cluster): void {
  for (const folder of cgroupFolders(cluster)) {
    mkdirSync(folder, { recursive: true });
  }
  if (isVersion2()) {
    for (const folder of [ROOT, join(ROOT, cluster.cgroup)]) {
      const controllers = readFileSync(join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ');
      writeFileSync(join(folder, 'cgroup.subtree_control'), controllers.map((name) => `+${name}`).join(' '));
    }
  }
}

/** Removes the Pods' cgroups; their processes have ended before. */
export async function deleteCgroup(cluster: Cluster): Promise<void> {
  for (const folder of cgroupFolders(cluster)) {
    // The kernel needs a moment after a process's end until its cgroup counts as empty.
    await until(async () => removeTree(folder), { what: `${folder} to become empty`, timeoutMs: 10_000 });
  }
}

function removeTree(folder: string): true {
  if (existsSync(folder)) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) {
        removeTree(join(folder, entry.name));
      }
    }
    rmdirSync(folder);
  }
  return true;
}
