import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { buildGo } from './binaries.js';
import { API_SERVICE_ADDRESS, type Cluster, NODE_ADDRESS } from './cluster.js';

/** Users of the API, as `NAME=USER@GROUP`; NAME is also the name of the key's and the certificate's files. */
const clients = (cluster: Cluster) => [
  'admin=kubernetes-admin@system:masters',
  'kube-controller-manager=system:kube-controller-manager',
  'kube-scheduler=system:kube-scheduler',
  'kube-proxy=system:kube-proxy',
  `kubelet=system:node:${cluster.name}@system:nodes`,
  // What the API server is to the kubelet.
  'kubelet-client=kube-apiserver@system:masters',
];

/**
 * Makes the cluster's CA, certificates and keys, by a program of a few lines: Node can verify certificates but not make
 * them, and openssl is not in Debian's base.
 */
export async function makeCertificates(cluster: Cluster): Promise<void> {
  if (existsSync(cluster.certificates)) {
    return;
  }
  const program = join(cluster.folder, 'make-certificates');
  await buildGo(import.meta.dirname, './certificates', program);
  const temporary = `${cluster.certificates}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary);
  await execa(program, [temporary, ['127.0.0.1', NODE_ADDRESS, API_SERVICE_ADDRESS].join(','), ...clients(cluster)]);
  renameSync(temporary, cluster.certificates);
  rmSync(program);
}
