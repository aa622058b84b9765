import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { type Cluster, NODE_ADDRESS, SERVICE_RANGE } from './cluster.js';
import { enterNetwork } from './enter.js';
import { withLock } from './lock.js';
import { programPath } from './packages.js';
import { unmount } from './unmount.js';

/** Creating the first namespace and removing what the last one left must not meet. */
const LOCK = 'network-namespaces';

/** Makes a network without a way out: no traffic leaves it, and the machine's own firewall and routes stay as they are. */
export async function createNetwork(cluster: Cluster): Promise<void> {
  const ip = programPath('ip');
  await withLock(LOCK, () => execa(ip, ['netns', 'add', cluster.name]));
  const commands = [
    'link set lo up',
    `address add ${NODE_ADDRESS}/32 dev lo`,
    // Only so that packets to a Service reach the firewall, which gives them a Pod's address.
    `route add ${SERVICE_RANGE} dev lo src ${NODE_ADDRESS}`,
  ];
  await execa(ip, ['-n', cluster.name, '-batch', '-'], { input: commands.join('\n') });
  const [file, ...args] = enterNetwork(cluster, ['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
  await execa(file, args);
}

/** Its links, routes and firewall rules go with it. */
export async function deleteNetwork(cluster: Cluster): Promise<void> {
  await withLock(LOCK, async () => {
    if (existsSync(cluster.networkNamespace)) {
      await execa(programPath('ip'), ['netns', 'delete', cluster.name]);
    }
    const folder = dirname(cluster.networkNamespace);
    if (existsSync(folder) && readdirSync(folder).length === 0) {
      // `ip netns add` mounts this folder on itself for the first namespace and never unmounts it.
      await unmount(folder);
      rmdirSync(folder);
    }
  });
}
