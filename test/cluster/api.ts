import { join } from 'node:path';
import { execa } from 'execa';
import type { Cluster } from './cluster.js';
import { enterNetwork } from './enter.js';

/**
 * Calls kubectl in the cluster's network.
 *
 * @returns its stdout
 * @throws with kubectl's own words when it fails or takes longer than 10 s
 */
export async function kubectl(cluster: Cluster, binaries: string, ...args: string[]): Promise<string> {
  const command = [join(binaries, 'kubectl'), `--kubeconfig=${cluster.kubeconfig}`, '--request-timeout=8s', ...args];
  const [file, ...rest] = enterNetwork(cluster, command);
  const { exitCode, stdout, stderr, shortMessage } = await execa(file, rest, {
    stdin: 'ignore',
    timeout: 10_000,
    reject: false,
  });
  if (exitCode !== 0) {
    throw new Error(stderr?.trim().split('\n').at(-1) || shortMessage);
  }
  return stdout;
}
