import { execa } from 'execa';
import { REPOSITORY } from '../cluster/cluster.js';
import { clusterCommand } from '../cluster/exec.js';
import { printed, typed } from './account.js';

export interface Ran {
  readonly exitCode: number;
  /** Everything it printed, stdout and stderr as they came. */
  readonly output: string;
  /** When it was started, as performance.now() counts. */
  readonly startedAt: number;
  readonly ms: number;
}

/** Starts a command line against the cluster, in the repository; no argument may hold a space. */
export function begin(line: string, signal?: AbortSignal, input = '') {
  const [program = '', ...rest] = line.split(' ');
  const { file, args, env } = clusterCommand([program, ...rest]);
  const cancel = signal && { cancelSignal: signal };
  return execa(file, args, { cwd: REPOSITORY, env, extendEnv: false, reject: false, all: true, input, ...cancel });
}

/**
 * Runs a command, shown as a user would type it, with what it prints below.
 *
 * @param answer - what is piped in
 * @throws the signal's reason when it ends the command
 */
export async function show(line: string, signal: AbortSignal, answer?: string): Promise<Ran> {
  signal.throwIfAborted();
  typed(answer === undefined ? line : `echo ${answer} | ${line}`);
  const startedAt = performance.now();
  const child = begin(line, signal, answer && `${answer}\n`);
  for await (const text of child.iterable({ from: 'all' })) printed(text);
  const { exitCode = -1, all } = await child;
  const ms = performance.now() - startedAt;
  signal.throwIfAborted();
  return { exitCode, output: all, startedAt, ms };
}

/**
 * Runs a command that is not part of the account.
 *
 * @throws Error with what it printed when it fails
 */
export async function quietly(line: string): Promise<string> {
  const { exitCode, stdout, all, message } = await begin(line);
  if (exitCode !== 0) throw new Error(`${line}: ${all || message}`);
  return stdout;
}
