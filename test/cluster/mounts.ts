import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Cluster } from './cluster.js';
import { withLock } from './lock.js';
import { makeMountPoints, removeMountPoints } from './mountpoints.js';
import { programPath } from './packages.js';
import { unmount } from './unmount.js';

/**
 * Folders whose place containerd, its shims, CNI or the kubelet hard-wire. In the cluster's mount namespace they are
 * folders of its own, so that a second cluster, Docker or a real kubelet on this machine is not touched.
 */
const PRIVATE_FOLDERS = [
  '/run/containerd',
  '/var/lib/containerd',
  '/opt/containerd',
  '/var/lib/cni',
  '/var/lib/kubelet',
  '/var/log/pods',
  '/var/log/containers',
];

/** What the kubelet sets for the whole machine; it writes to copies instead. */
const PRIVATE_SETTINGS = [
  '/proc/sys/vm/overcommit_memory',
  '/proc/sys/vm/panic_on_oom',
  '/proc/sys/kernel/panic',
  '/proc/sys/kernel/panic_on_oops',
  '/proc/sys/kernel/keys/root_maxkeys',
  '/proc/sys/kernel/keys/root_maxbytes',
];

const LOCK = 'mount-points';

/** Makes the mount namespace: every mount of containers and volumes is in it, and goes with it. */
export async function createMounts(cluster: Cluster): Promise<void> {
  const parent = dirname(cluster.mountNamespace);
  mkdirSync(parent, { recursive: true });
  writeFileSync(cluster.mountNamespace, '');
  // The kernel keeps a mount namespace only on a mount that is itself private.
  await execa(programPath('mount'), ['--bind', '--make-private', parent, parent]);
  const binds = [
    ...PRIVATE_FOLDERS.map((path) => [ownFolder(cluster, path), path]),
    ...PRIVATE_SETTINGS.filter(existsSync).map((path) => [ownCopy(cluster, path), path]),
  ];
  const commands = binds.map(([own, path]) => `mount --bind '${own}' ${path}`);
  const script = ['set -e', 'mount --make-rshared /', ...commands].join('\n');
  await withLock(LOCK, async () => {
    makeMountPoints(PRIVATE_FOLDERS);
    await execa('unshare', ['--propagation=private', `--mount=${cluster.mountNamespace}`, 'sh', '-c', script]);
  });
}

export async function deleteMounts(cluster: Cluster): Promise<void> {
  await withLock(LOCK, async () => {
    await unmount(cluster.mountNamespace);
    await unmount(dirname(cluster.mountNamespace));
    removeMountPoints();
  });
}

function ownFolder(cluster: Cluster, path: string): string {
  const own = join(cluster.folder, 'private', path);
  mkdirSync(own, { recursive: true });
  return own;
}

function ownCopy(cluster: Cluster, path: string): string {
  const own = join(ownFolder(cluster, dirname(path)), path.slice(path.lastIndexOf('/') + 1));
  writeFileSync(own, readFileSync(path));
  return own;
}
