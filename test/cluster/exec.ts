import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { binariesFolder } from './binaries.js';
import { clusterNamed, REPOSITORY } from './cluster.js';
import { enterNetwork } from './enter.js';
import { existingContext, existingKubeconfig } from './existing.js';
import { namespacesExist } from './namespaces.js';
import { ClusterError } from './report.js';

/** What to give to spawn or execa. */
export interface ClusterCommand {
  readonly file: string;
  readonly args: string[];
  /** The whole environment, not only what differs. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Makes the command line that runs a program against the cluster, as `exec` does but without npm and tsx.
 *
 * The program runs in the cluster's network namespace, with KUBECONFIG, and with this repository's built plugin and the
 * cluster's kubectl first on PATH. It replaces nsenter, so the spawned process is the program itself: its pid, signals,
 * streams and exit code are the program's. A program that does not exist is nsenter's exit code 127.
 *
 * ```ts
 * const { file, args, env } = clusterCommand(['kubectl', 'bluegreen', 'status', 'engine-ops']);
 * const { stdout } = await execa(file, args, { env, extendEnv: false });
 * ```
 *
 * @throws ClusterError when the cluster is not up
 */
export function clusterCommand(argv: readonly [string, ...string[]]): ClusterCommand {
  const plugin = pluginFolder();
  const context = existingContext();
  if (context !== undefined) {
    const [file, ...args] = argv;
    return { file, args, env: environment(existingKubeconfig(context), [plugin]) };
  }
  const cluster = clusterNamed();
  const binaries = binariesFolder();
  if (binaries === undefined || !namespacesExist(cluster)) {
    throw new ClusterError(`cluster "${cluster.name}" is not up: run npm run -s cluster -- up`);
  }
  const [file, ...args] = enterNetwork(cluster, argv);
  return { file, args, env: environment(cluster.kubeconfig, [plugin, binaries]) };
}

/**
 * Where the plugin is: what runs on Node, or with BLUEGREEN_TEST_PROGRAM=standalone the executable that needs none.
 *
 * @throws ClusterError when that was not built: another kubectl-bluegreen on PATH would be tested in its place
 */
export function pluginFolder(): string {
  const program = process.env.BLUEGREEN_TEST_PROGRAM || 'node';
  if (program === 'node') return join(REPOSITORY, 'lib', 'bin');
  if (program !== 'standalone') {
    throw new ClusterError(`BLUEGREEN_TEST_PROGRAM "${program}" is not valid: want node or standalone`);
  }
  const folder = join(REPOSITORY, 'lib', 'standalone', 'bin');
  if (!existsSync(folder)) throw new ClusterError(`${folder} is missing: run npm run build:standalone`);
  return folder;
}

function environment(kubeconfig: string, firstOnPath: readonly string[]): NodeJS.ProcessEnv {
  const path = [...firstOnPath, process.env.PATH].join(delimiter);
  return { ...process.env, KUBECONFIG: kubeconfig, PATH: path };
}

/**
 * Runs a program against the cluster with this process's stdin, stdout and stderr.
 *
 * @returns its exit code, 128+n when signal n ended it
 */
export async function exec(argv: readonly [string, ...string[]]): Promise<number> {
  const { file, args, env } = clusterCommand(argv);
  const child = spawn(file, args, { env, stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
  for (const signal of signals) {
    // A terminal's Ctrl-C reaches the program directly; a signal to this process only, not.
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new ClusterError(`cannot run "${file}": ${error.message}`)));
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
  });
}
