import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { API_PORT, AUDITED_NAMESPACE, type Cluster, DNS_ADDRESS, NODE_ADDRESS, POD_RANGE } from './cluster.js';
import { cniFolder } from './packages.js';

/** Paths below the cluster's configuration folder. */
export const configurationFile = (cluster: Cluster, name: string) => join(cluster.configuration, name);
export const kubeconfigOf = (cluster: Cluster, user: string) => configurationFile(cluster, `${user}.kubeconfig`);

/** Repository and tag of the image whose process holds a Pod's namespaces. */
export const PAUSE_IMAGE = 'docker.io/library/pause:bluegreen';

/** Every file that a component or a user of the cluster reads: its text by its path. */
export function configurationFiles(cluster: Cluster): Record<string, string> {
  const files: Record<string, string> = {
    [cluster.kubeconfig]: kubeconfig(cluster, 'admin'),
    [configurationFile(cluster, 'containerd.toml')]: containerd(cluster),
    [configurationFile(cluster, 'cni/10-bluegreen.conflist')]: JSON.stringify(cni(), null, 2),
    [configurationFile(cluster, 'audit.yaml')]: stringify(audit()),
    [configurationFile(cluster, 'kubelet.yaml')]: stringify(kubelet(cluster)),
    [configurationFile(cluster, 'kube-proxy.yaml')]: stringify(kubeProxy(cluster)),
  };
  for (const user of ['kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet']) {
    files[kubeconfigOf(cluster, user)] = kubeconfig(cluster, user);
  }
  return files;
}

export function writeConfiguration(cluster: Cluster): void {
  for (const [path, text] of Object.entries(configurationFiles(cluster))) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o600 });
  }
}

function kubeconfig(cluster: Cluster, user: string): string {
  const file = (name: string) => join(cluster.certificates, name);
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: cluster.name,
        cluster: { server: `https://${NODE_ADDRESS}:${API_PORT}`, 'certificate-authority': file('ca.crt') },
      },
    ],
    users: [{ name: user, user: { 'client-certificate': file(`${user}.crt`), 'client-key': file(`${user}.key`) } }],
    contexts: [{ name: cluster.name, context: { cluster: cluster.name, user } }],
    'current-context': cluster.name,
  });
}

function containerd(cluster: Cluster): string {
  const OVERLAYFS = 0x794c7630;
  // The kernel does not put an overlay on an overlay, which a container's own file system is.
  const snapshotter = statfsSync(cluster.folder).type === OVERLAYFS ? 'native' : 'overlayfs';
  return `version = 2
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs"]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  netns_mounts_under_state_dir = true
  # Without CAP_SYS_RESOURCE, as in many virtual machines and containers, no score can be lowered.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${snapshotter}"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = "/run/containerd/runc"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniFolder()}"
    conf_dir = "${configurationFile(cluster, 'cni')}"
`;
}

/**
 * Each Pod's link is routed by the node (ptp), not bridged: all traffic between Pods and Services passes the firewall
 * that implements Services, without the kernel's br_netfilter.
 */
function cni(): object {
  return {
    cniVersion: '0.4.0',
    name: 'bluegreen',
    plugins: [
      {
        type: 'ptp',
        ipMasq: false,
        ipam: { type: 'host-local', ranges: [[{ subnet: POD_RANGE }]], routes: [{ dst: '0.0.0.0/0' }] },
      },
    ],
  };
}

/** An event for each request, written when it has been answered, but none of its body. */
function audit(): object {
  return {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [{ level: 'Metadata', namespaces: [AUDITED_NAMESPACE] }, { level: 'None' }],
  };
}

function kubelet(cluster: Cluster): object {
  const file = (name: string) => join(cluster.certificates, name);
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: NODE_ADDRESS,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: file('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cluster.cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    // No DNS runs there; without an address the kubelet puts a warning into every Pod's events.
    clusterDNS: [DNS_ADDRESS],
    clusterDomain: 'cluster.local',
    maxPods: 250,
    serializeImagePulls: false,
    // A developer's disk is often nearly full; the cluster must not evict Pods for it.
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    volumePluginDir: '/var/lib/kubelet/volume-plugins',
    healthzBindAddress: '127.0.0.1',
  };
}

function kubeProxy(cluster: Cluster): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig: kubeconfigOf(cluster, 'kube-proxy') },
    hostnameOverride: cluster.name,
    clusterCIDR: POD_RANGE,
    // 0 leaves the machine's limits of tracked connections as they are.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
