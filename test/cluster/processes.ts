import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from './cluster.js';
import { enter } from './enter.js';
import { until } from './wait.js';

export interface RunningProcess {
  readonly pid: number;
  readonly argv: readonly string[];
}

/**
 * Every process of the cluster: those in its network namespace (components, shims, commands of `exec`) and those in its
 * cgroup (Pods).
 *
 * Read from the kernel and not from recorded pids: it is right after kill -9 at any moment, after a reboot, and when a
 * pid was given to another program.
 */
export function clusterProcesses(cluster: Cluster): RunningProcess[] {
  const namespace = networkNamespaceId(cluster);
  const inCgroup = new RegExp(`^[^:]*:[^:]*:/${cluster.cgroup}(/|$)`, 'm');
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const process = readlinkSync(`/proc/${pid}/ns/net`);
        return process === namespace || inCgroup.test(readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
      } catch {
        return false; // It ended meanwhile.
      }
    })
    .flatMap((pid) => {
      const argv = argvOf(pid);
      return argv === undefined ? [] : [{ pid: Number(pid), argv }];
    });
}

/** The namespace as /proc/PID/ns/net names it; undefined when the cluster has none. */
function networkNamespaceId(cluster: Cluster): string | undefined {
  const file = statSync(cluster.networkNamespace, { throwIfNoEntry: false });
  return file && `net:[${file.ino}]`;
}

/** @returns undefined for a process that ended, also when its parent has not noticed yet */
function argvOf(pid: string): string[] | undefined {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return argv.length > 0 ? argv : undefined;
  } catch {
    return undefined;
  }
}

/** The process among them that runs this program, such as `/usr/bin/containerd`. */
export function running(processes: readonly RunningProcess[], program: string): RunningProcess | undefined {
  return processes.find(({ argv }) => argv[0] === program);
}

/**
 * Starts a program in the cluster's namespaces so that it outlives this process; its output goes to logs/NAME.log.
 *
 * @throws when nsenter cannot be started; a program that ends at once is seen by whoever waits for its service
 */
export async function startDetached(cluster: Cluster, name: string, argv: readonly string[]): Promise<void> {
  const log = openSync(join(cluster.logs, `${name}.log`), 'a');
  const [file, ...args] = enter(cluster, argv);
  const child = spawn(file, args, { cwd: '/', detached: true, stdio: ['ignore', log, log], env: daemonEnvironment() });
  closeSync(log);
  await once(child, 'spawn');
  // Until nsenter has become the program, it could not be found as a process of the cluster.
  await until(async () => child.exitCode ?? (argvOf(`${child.pid}`)?.[0] === argv[0] || undefined), {
    what: `${name} to start`,
    timeoutMs: 10_000,
  });
  child.unref();
}

/** Nothing of the caller's: a proxy setting, for one, would send the components' own calls elsewhere. */
function daemonEnvironment(): Record<string, string> {
  return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' };
}

/** Kills processes of the cluster, again and again until none is left: they may start others meanwhile. */
export async function killAll(find: () => readonly RunningProcess[], timeoutMs = 20_000): Promise<void> {
  const spared = new Set(ownAncestors());
  await until(
    async () => {
      const left = find().filter(({ pid }) => !spared.has(pid));
      for (const { pid } of left) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended by itself.
        }
      }
      return left.length === 0 ? true : undefined;
    },
    { what: 'its processes to end', timeoutMs },
  );
}

/** `down` may be called by a command that `exec` started. */
function ownAncestors(): number[] {
  const pids = [process.pid];
  for (let pid = process.ppid; pid > 1; ) {
    pids.push(pid);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    pid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  }
  return pids;
}
