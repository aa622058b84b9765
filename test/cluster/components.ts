import { join } from 'node:path';
import { API_PORT, type Cluster, NODE_ADDRESS, SERVICE_RANGE } from './cluster.js';
import { configurationFile, kubeconfigOf } from './configuration.js';
import { programPath } from './packages.js';

/** A long-running program of the cluster; its name is also its log's. */
export interface Component {
  readonly name: string;
  /** argv[0] is the full path, by which a running one is found. */
  readonly argv: readonly [string, ...string[]];
  /** Others wait until the API server answers: they would fail or back off without it. */
  readonly needsApi: boolean;
}

/** In the order of their start. */
export function components(cluster: Cluster, binaries: string): Component[] {
  const file = (name: string) => join(cluster.certificates, name);
  const component = (name: string, needsApi: boolean, flags: Record<string, string>): Component => ({
    name,
    argv: [join(binaries, name), ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)],
    needsApi,
  });
  return [
    component('etcd', false, {
      'data-dir': join(cluster.folder, 'etcd'),
      'listen-client-urls': 'http://127.0.0.1:2379',
      'advertise-client-urls': 'http://127.0.0.1:2379',
      'listen-peer-urls': 'http://127.0.0.1:2380',
      // Data is thrown away with the cluster, and fsync is what is slow.
      'unsafe-no-fsync': 'true',
      'log-level': 'warn',
    }),
    {
      name: 'containerd',
      argv: [programPath('containerd'), '--config', configurationFile(cluster, 'containerd.toml')],
      needsApi: false,
    },
    component('kube-apiserver', false, {
      'etcd-servers': 'http://127.0.0.1:2379',
      'bind-address': '0.0.0.0',
      'secure-port': String(API_PORT),
      'advertise-address': NODE_ADDRESS,
      'service-cluster-ip-range': SERVICE_RANGE,
      'authorization-mode': 'Node,RBAC',
      'enable-admission-plugins': 'NodeRestriction',
      'client-ca-file': file('ca.crt'),
      'tls-cert-file': file('kube-apiserver.crt'),
      'tls-private-key-file': file('kube-apiserver.key'),
      'kubelet-client-certificate': file('kubelet-client.crt'),
      'kubelet-client-key': file('kubelet-client.key'),
      // The Node's name is in no DNS; port-forward, logs and exec need its address.
      'kubelet-preferred-address-types': 'InternalIP',
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': file('service-accounts.key'),
      'service-account-signing-key-file': file('service-accounts.key'),
      'allow-privileged': 'true',
      'audit-policy-file': configurationFile(cluster, 'audit.yaml'),
      'audit-log-path': cluster.auditLog,
    }),
    component('kube-controller-manager', true, {
      kubeconfig: kubeconfigOf(cluster, 'kube-controller-manager'),
      'authentication-kubeconfig': kubeconfigOf(cluster, 'kube-controller-manager'),
      'authorization-kubeconfig': kubeconfigOf(cluster, 'kube-controller-manager'),
      'root-ca-file': file('ca.crt'),
      'service-account-private-key-file': file('service-accounts.key'),
      'use-service-account-credentials': 'true',
      'allocate-node-cidrs': 'false',
      // Its start makes hundreds of calls; the default rate stretches them over 6 s.
      'kube-api-qps': '200',
      'kube-api-burst': '400',
      'leader-elect': 'false',
    }),
    component('kube-scheduler', true, {
      kubeconfig: kubeconfigOf(cluster, 'kube-scheduler'),
      'authentication-kubeconfig': kubeconfigOf(cluster, 'kube-scheduler'),
      'authorization-kubeconfig': kubeconfigOf(cluster, 'kube-scheduler'),
      'leader-elect': 'false',
    }),
    component('kubelet', true, {
      config: configurationFile(cluster, 'kubelet.yaml'),
      kubeconfig: kubeconfigOf(cluster, 'kubelet'),
      'hostname-override': cluster.name,
      'node-ip': NODE_ADDRESS,
      'cert-dir': '/var/lib/kubelet/pki',
    }),
    component('kube-proxy', true, { config: configurationFile(cluster, 'kube-proxy.yaml') }),
  ];
}
