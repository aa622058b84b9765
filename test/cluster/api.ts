import { join } from 'node:path';
import { execa } from 'execa';
import type { Cluster } from './cluster.js';
import { enterNetwork } from './enter.js';

/**
 * Calls kubectl in the cluster's network.
 *
 * @returns its stdout
 * @throws when it exits with another code than 0, with its stderr in the message
 */
export async function kubectl(cluster: Cluster, binaries: string, ...args: string[]): Promise<string> {
  const [file, ...rest] = enterNetwork(cluster, [
    join(binaries, 'kubectl'),
    `--kubeconfig=${cluster.kubeconfig}`,
    ...args,
  ]);
  const { stdout } = await execa(file, rest, { stdin: 'ignore', timeout: 10_000 });
  return stdout;
}
