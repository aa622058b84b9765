import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { CACHE } from './cluster.js';
import { installed } from './packages.js';
import { ClusterError, report } from './report.js';

/** What go.mod pins: the one place that says which Kubernetes and etcd the tests run on. */
interface Pinned {
  readonly kubernetes: string;
  readonly etcd: string;
  /** Go packages of the programs, by the program's name. */
  readonly packages: ReadonlyMap<string, string>;
}

function pinned(): Pinned {
  const text = readFileSync(join(import.meta.dirname, 'go.mod'), 'utf8');
  const version = (module: string) => {
    const found = new RegExp(`^\\s*${module.replaceAll('.', '\\.')} (v\\S+)`, 'm').exec(text)?.[1];
    if (found === undefined) {
      throw new ClusterError(`test/cluster/go.mod does not require ${module}`);
    }
    return found;
  };
  const tools = /^tool \(([^)]*)\)/m.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  return {
    kubernetes: version('k8s.io/kubernetes'),
    etcd: version('go.etcd.io/etcd/server/v3'),
    packages: new Map(tools.map((tool) => [tool.includes('/etcd/') ? 'etcd' : basename(tool), tool])),
  };
}

const GO_ARCHITECTURE: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/** Go's name of this machine's architecture. */
export const goArchitecture = (): string => GO_ARCHITECTURE[arch()] ?? arch();

/** Measured on 2 cores with nothing cached; said before each build, so that nobody takes it for a hang. */
const BUILD_SECONDS: Record<string, number> = {
  etcd: 60,
  kubectl: 90,
  'kube-apiserver': 200,
  'kube-controller-manager': 80,
  'kube-scheduler': 10,
  kubelet: 40,
  'kube-proxy': 15,
};

/**
 * Finds the folder that holds Kubernetes' programs and etcd: $KUBEBUILDER_ASSETS, else this user's cache.
 *
 * @returns undefined when neither holds all of them
 */
export function binariesFolder(): string | undefined {
  const { packages } = pinned();
  const folders = [process.env.KUBEBUILDER_ASSETS, cacheFolder()].filter((folder) => folder !== undefined);
  return folders.find((folder) => [...packages.keys()].every((name) => existsSync(join(folder, name))));
}

/**
 * Finds the programs, building from Go modules those that are missing: minutes, once for each version.
 *
 * @returns the folder that holds them
 * @throws ClusterError when Go is missing or a build fails
 */
export async function getBinaries(): Promise<string> {
  const found = binariesFolder();
  if (found !== undefined) {
    return found;
  }
  const { kubernetes, etcd, packages } = pinned();
  const folder = cacheFolder();
  const assets = process.env.KUBEBUILDER_ASSETS;
  if (assets !== undefined) {
    const lacking = [...packages.keys()].filter((name) => !existsSync(join(assets, name)));
    report(`KUBEBUILDER_ASSETS lacks ${lacking.join(', ')}: not used`);
  }
  const missing = [...packages].filter(([name]) => !existsSync(join(folder, name)));
  const minutes = Math.ceil(missing.reduce((sum, [name]) => sum + (BUILD_SECONDS[name] ?? 60), 0) / 60);
  report(
    `building Kubernetes ${kubernetes} and etcd ${etcd} from Go modules, once: about ${minutes} minutes on 2 cores`,
  );
  mkdirSync(folder, { recursive: true });
  for (const unfinished of readdirSync(folder).filter((name) => name.endsWith('.tmp'))) {
    rmSync(join(folder, unfinished), { force: true });
  }
  for (const [index, [name, goPackage]] of missing.entries()) {
    report(`  ${index + 1}/${missing.length} ${name} (about ${BUILD_SECONDS[name] ?? 60} s)`);
    const ldflags = `-s -w ${versionFlags(kubernetes)}`;
    await buildGo(import.meta.dirname, goPackage, join(folder, name), ldflags);
  }
  return folder;
}

function cacheFolder(): string {
  const { kubernetes, etcd } = pinned();
  return join(CACHE, `kubernetes-${kubernetes}-etcd-${etcd}-linux-${goArchitecture()}`);
}

/** Without them the Node and `kubectl version` report v0.0.0-master. */
function versionFlags(version: string): string {
  const [major, minor] = version.slice(1).split('.');
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .map((path) => `-X ${path}.gitVersion=${version} -X ${path}.gitMajor=${major} -X ${path}.gitMinor=${minor}`)
    .join(' ');
}

/**
 * Builds a static Linux program; it appears under its name only when complete, so a killed build can be run again.
 *
 * @param folder - the folder of the Go module
 * @throws ClusterError with the compiler's words
 */
export async function buildGo(folder: string, goPackage: string, target: string, ldflags = '-s -w'): Promise<void> {
  if (installed('go') === undefined) {
    throw new ClusterError(
      'go is not installed, and the test cluster is built from Go modules once: install Go 1.24 or newer from https://go.dev/dl',
    );
  }
  // Its own name: a compiler that outlived its killed `up` may still write another one.
  const temporary = `${target}.${process.pid}.tmp`;
  const args = ['build', '-trimpath', '-buildvcs=false', `-ldflags=${ldflags}`, '-o', temporary, goPackage];
  const { exitCode, stderr } = await execa('go', args, {
    cwd: folder,
    env: { CGO_ENABLED: '0', GOOS: 'linux', GOARCH: goArchitecture() },
    stdin: 'ignore',
    reject: false,
  });
  if (exitCode !== 0) {
    throw new ClusterError(`go build ${goPackage} failed: ${stderr.trim().split('\n').slice(-10).join('\n')}`);
  }
  renameSync(temporary, target);
}
