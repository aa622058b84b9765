import type { Cluster } from './cluster.js';
import { programPath } from './packages.js';

/** The command line that runs a program in both namespaces of the cluster, as the components do. */
export function enter(cluster: Cluster, argv: readonly string[]): [string, ...string[]] {
  const mount = `--mount=${cluster.mountNamespace}`;
  return [programPath('nsenter'), `--net=${cluster.networkNamespace}`, mount, '--', ...argv];
}

/** The command line that runs a program in the network namespace only: it sees the machine's files. */
export function enterNetwork(cluster: Cluster, argv: readonly string[]): [string, ...string[]] {
  return [programPath('nsenter'), `--net=${cluster.networkNamespace}`, '--', ...argv];
}
