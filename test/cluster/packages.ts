import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { ClusterError, report } from './report.js';

/** Debian's package for each program that the cluster runs. */
const PACKAGE_OF = {
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  nft: 'nftables',
  ip: 'iproute2',
  nsenter: 'util-linux',
  mount: 'mount',
} as const;

/** Of a registry and of what pushes to it: the tests of builds need them, the cluster does not. */
const BUILD_PACKAGE_OF = { podman: 'podman', 'docker-registry': 'docker-registry' } as const;

/** Packages that start a service of their own, which is not wanted by anyone. */
const SERVICES = ['containerd', 'docker-registry'];

const CNI_PACKAGE = 'containernetworking-plugins';
const CNI_FOLDERS = ['/usr/lib/cni', '/opt/cni/bin'];

/** Programs in /sbin are needed too, which is not on everyone's PATH. */
const SEARCHED = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];

/** @returns the program's full path, undefined when it is not installed */
export function installed(program: string): string | undefined {
  return SEARCHED.filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/** @throws ClusterError when the program is not installed */
export function programPath(program: keyof typeof PACKAGE_OF): string {
  const path = installed(program);
  if (path === undefined) {
    throw new ClusterError(`"${program}" is not installed: apt-get install ${PACKAGE_OF[program]}`);
  }
  return path;
}

/** The folder with the CNI plugins ptp and host-local. */
export function cniFolder(): string | undefined {
  return CNI_FOLDERS.find((folder) => existsSync(join(folder, 'ptp')) && existsSync(join(folder, 'host-local')));
}

function missingPackages(packageOf: Readonly<Record<string, string>>): string[] {
  const missing = Object.entries(packageOf).filter(([program]) => installed(program) === undefined);
  return [...new Set(missing.map(([, name]) => name))];
}

/**
 * Installs the Debian packages that are missing; does nothing when all programs are there, wherever they come from.
 *
 * @throws ClusterError naming what to install when this process may not
 */
export const installPackages = (): Promise<void> =>
  install([...missingPackages(PACKAGE_OF), ...(cniFolder() ? [] : [CNI_PACKAGE])]);

/** The same for podman and docker-registry. */
export const installBuildPackages = (): Promise<void> => install(missingPackages(BUILD_PACKAGE_OF));

async function install(missing: readonly string[]): Promise<void> {
  if (process.platform !== 'linux') {
    throw new ClusterError(
      `the test cluster needs Linux, this is ${process.platform}: set BLUEGREEN_TEST_CONTEXT to the context of a kind, minikube or k3d cluster`,
    );
  }
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) {
    const first = missing.length > 0 ? `, after: sudo ${command}` : '';
    throw new ClusterError(
      `the test cluster needs root for namespaces and containers: run it with sudo${first}; or set BLUEGREEN_TEST_CONTEXT to the context of a kind, minikube or k3d cluster`,
    );
  }
  if (missing.length === 0) {
    return;
  }
  if (installed('apt-get') === undefined) {
    throw new ClusterError(
      `${missing.join(', ')} not installed and apt-get not found: install what these Debian packages hold`,
    );
  }
  report(`installing Debian packages ${missing.join(' ')} (about 20 s)`);
  const attempt = () => apt('install', '-y', '--no-install-recommends', '--no-remove', ...missing);
  if ((await attempt()) !== undefined) {
    report('updating the package lists');
    const failure = (await apt('update')) ?? (await attempt());
    if (failure !== undefined) {
      throw new ClusterError(`"${command}" failed: ${failure}`);
    }
  }
  const services = SERVICES.filter((name) => missing.includes(name));
  if (services.length > 0 && existsSync('/run/systemd/system')) {
    await execa('systemctl', ['disable', '--now', ...services], { reject: false });
  }
}

/** @returns apt's errors, undefined when it succeeded */
async function apt(...args: string[]): Promise<string | undefined> {
  const { exitCode, stderr } = await execa('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-q', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    stdin: 'ignore',
    reject: false,
  });
  return exitCode === 0 ? undefined : stderr.trim().split('\n').slice(-5).join('; ') || `exit code ${exitCode}`;
}
