import { homedir } from 'node:os';
import { join } from 'node:path';
import { ClusterError } from './report.js';

/** The folder of this project in the user's cache: binaries shared by all clusters, and one folder for each cluster. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubectl-bluegreen');

/** The repository: where `lib/bin` holds the built plugin. */
export const REPOSITORY = join(import.meta.dirname, '..', '..');

/** Addresses are the same in every cluster: each lives in a network namespace of its own. */
export const NODE_ADDRESS = '10.250.0.1';
export const POD_RANGE = '10.244.0.0/16';
export const SERVICE_RANGE = '10.96.0.0/16';
/** The first address of SERVICE_RANGE: the Service `kubernetes`, which is the API server. */
export const API_SERVICE_ADDRESS = '10.96.0.1';
/** Where a real cluster has its DNS. */
export const DNS_ADDRESS = '10.96.0.10';
export const API_PORT = 6443;
/** Requests about this namespace alone are in the API server's audit log. */
export const AUDITED_NAMESPACE = 'bluegreen-audit';

/** Where one cluster keeps what it writes; everything that `down` must remove is found from here. */
export interface Cluster {
  /** Also the name of the Node, the kubeconfig's context and the network namespace. */
  readonly name: string;
  readonly folder: string;
  readonly kubeconfig: string;
  readonly logs: string;
  readonly certificates: string;
  /** JSON, an event a line: @see https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
  readonly auditLog: string;
  /** Configuration files that the components are started with. */
  readonly configuration: string;
  readonly networkNamespace: string;
  readonly mountNamespace: string;
  /** Held while the cluster is changed. */
  readonly lock: string;
  /** Parent of every Pod's cgroup. */
  readonly cgroup: string;
}

/**
 * @param name - BLUEGREEN_TEST_CLUSTER, so that a second cluster can run beside the first one
 * @throws ClusterError when the name cannot be a Node's name
 */
export function clusterNamed(name = process.env.BLUEGREEN_TEST_CLUSTER || 'bluegreen'): Cluster {
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) {
    throw new ClusterError(
      `BLUEGREEN_TEST_CLUSTER "${name}" is not a valid name: lower case letters, digits and "-", at most 32 characters`,
    );
  }
  const folder = join(CACHE, 'cluster', name);
  return {
    name,
    folder,
    kubeconfig: join(folder, 'kubeconfig'),
    logs: join(folder, 'logs'),
    auditLog: join(folder, 'logs', 'audit.jsonl'),
    certificates: join(folder, 'certificates'),
    configuration: join(folder, 'configuration'),
    networkNamespace: `/run/netns/${name}`,
    mountNamespace: join(folder, 'namespace', 'mount'),
    lock: `cluster-${name}`,
    cgroup: `kubectl-bluegreen-${name}`,
  };
}
