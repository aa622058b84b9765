import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Cluster } from './cluster.js';
import { createMounts, deleteMounts } from './mounts.js';
import { createNetwork, deleteNetwork } from './network.js';

/** @returns false too when an `up` was killed between creating them, or when the machine was restarted */
export function namespacesExist(cluster: Cluster): boolean {
  return isNamespace(cluster.networkNamespace) && isNamespace(cluster.mountNamespace);
}

/** A namespace's file is on a file system of the kernel's; an ordinary empty file marks the place of one that is gone. */
function isNamespace(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  return file !== undefined && file.dev !== statSync(dirname(path)).dev;
}

export async function createNamespaces(cluster: Cluster): Promise<void> {
  await createNetwork(cluster);
  await createMounts(cluster);
}

/** Removes both and what they left on the machine; the cluster's processes have ended before. */
export async function deleteNamespaces(cluster: Cluster): Promise<void> {
  await deleteMounts(cluster);
  await deleteNetwork(cluster);
}
