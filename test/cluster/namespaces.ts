import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type Cluster, NODE_ADDRESS, SERVICE_RANGE } from './cluster.js';
import { programPath } from './packages.js';

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
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
].map((name) => `/proc/sys/${name}`);

/** The command line that runs a program in both namespaces of the cluster, as the components do. */
export function enter(cluster: Cluster, argv: readonly string[]): [string, ...string[]] {
  return [
    programPath('nsenter'),
    `--net=${cluster.networkNamespace}`,
    `--mount=${cluster.mountNamespace}`,
    '--',
    ...argv,
  ];
}

/** The command line that runs a program in the network namespace only: it sees the machine's files. */
export function enterNetwork(cluster: Cluster, argv: readonly string[]): [string, ...string[]] {
  return [programPath('nsenter'), `--net=${cluster.networkNamespace}`, '--', ...argv];
}

/** @returns false too when an `up` was killed between creating them, or when the machine was restarted */
export function namespacesExist(cluster: Cluster): boolean {
  return isNamespace(cluster.networkNamespace) && isNamespace(cluster.mountNamespace);
}

/** A namespace's file is on the kernel's nsfs; an ordinary empty file marks the place of one that is gone. */
function isNamespace(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  return file !== undefined && file.dev !== statSync(dirname(path)).dev;
}

export async function createNamespaces(cluster: Cluster): Promise<void> {
  await createNetwork(cluster);
  await createMounts(cluster);
}

/** A network without a way out: no traffic leaves it, and the machine's own firewall and routes stay as they are. */
async function createNetwork(cluster: Cluster): Promise<void> {
  const ip = programPath('ip');
  await execa(ip, ['netns', 'add', cluster.name]);
  const commands = [
    'link set lo up',
    `address add ${NODE_ADDRESS}/32 dev lo`,
    // Services need a route only so that packets reach the firewall, which gives them a Pod's address.
    `route add ${SERVICE_RANGE} dev lo src ${NODE_ADDRESS}`,
  ];
  await execa(ip, ['-n', cluster.name, '-batch', '-'], { input: commands.join('\n') });
  const [file, ...args] = enterNetwork(cluster, ['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
  await execa(file, args);
}

async function createMounts(cluster: Cluster): Promise<void> {
  const parent = dirname(cluster.mountNamespace);
  mkdirSync(parent, { recursive: true });
  writeFileSync(cluster.mountNamespace, '');
  const mount = programPath('mount');
  // The kernel keeps a mount namespace only on a mount that is itself private.
  await execa(mount, ['--bind', '--make-private', parent, parent]);
  const created: string[] = [];
  const script = ['set -e', 'mount --make-rshared /'];
  for (const target of PRIVATE_FOLDERS) {
    const source = join(cluster.folder, 'private', target);
    mkdirSync(source, { recursive: true });
    if (!existsSync(target)) {
      const first = mkdirSync(target, { recursive: true });
      created.push(...foldersBetween(first ?? target, target));
    }
    script.push(`mount --bind '${source}' ${target}`);
  }
  writeFileSync(createdFolders(cluster), JSON.stringify(created));
  for (const target of PRIVATE_SETTINGS.filter((path) => existsSync(path))) {
    const copy = join(cluster.folder, 'private', target);
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, readFileSync(target));
    script.push(`mount --bind '${copy}' ${target}`);
  }
  const unshare = ['--propagation=private', `--mount=${cluster.mountNamespace}`, 'sh', '-c', script.join('\n')];
  await execa('unshare', unshare);
}

const createdFolders = (cluster: Cluster) => join(cluster.folder, 'created-folders.json');

/** From the deepest: `/a/b` and `/a` for a first `/a` and a last `/a/b`. */
function foldersBetween(first: string, last: string): string[] {
  return last === first ? [last] : [last, ...foldersBetween(first, dirname(last))];
}

/** Removes both namespaces and what they left on the machine; the cluster's processes have ended before. */
export async function deleteNamespaces(cluster: Cluster): Promise<void> {
  const parent = dirname(cluster.mountNamespace);
  await unmountAll(cluster.mountNamespace);
  await unmountAll(parent);
  if (existsSync(cluster.networkNamespace)) {
    await execa(programPath('ip'), ['netns', 'delete', cluster.name]);
  }
  const folder = dirname(cluster.networkNamespace);
  if (existsSync(folder) && readdirSync(folder).length === 0) {
    // `ip netns add` mounts this folder on itself for the first namespace and never unmounts it.
    await unmountAll(folder);
    rmdirSync(folder);
  }
  if (existsSync(createdFolders(cluster))) {
    for (const created of JSON.parse(readFileSync(createdFolders(cluster), 'utf8')) as string[]) {
      try {
        rmdirSync(created);
      } catch {
        // Something else uses it by now, or it is gone.
      }
    }
  }
}

async function unmountAll(path: string): Promise<void> {
  const mounted = () =>
    readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .some((line) => line.split(' ')[4] === path);
  while (mounted()) {
    await execa('umount', [path]);
  }
}
