import { execa, type Options } from 'execa';
import { clusterCommand } from '../../cluster/exec.js';

export interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly input?: string;
  readonly env?: Record<string, string>;
  readonly timeoutMs?: number;
}

/** Runs a program in the cluster's network, and never throws for its exit code. */
export async function run(
  argv: [string, ...string[]],
  { input, env, timeoutMs = 180_000 }: CallOptions = {},
): Promise<Result> {
  const { file, args, env: clusterEnv } = clusterCommand(argv);
  const options = {
    env: { ...clusterEnv, ...env },
    extendEnv: false,
    reject: false,
    timeout: timeoutMs,
  } satisfies Options;
  // Without input, stdin is closed: nobody is there to answer.
  const result = await execa(file, args, {
    ...options,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
  });
  if (result.timedOut) throw new Error(`${argv.join(' ')} did not end in ${timeoutMs} ms: ${result.stderr}`);
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
}

/** Runs kubectl; throws with its words when it fails. */
export async function kubectl(...args: string[]): Promise<string> {
  return kubectlWith({}, ...args);
}

export async function kubectlWith(options: CallOptions, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(['kubectl', ...args], options);
  if (exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

export async function getJson<T>(...args: string[]): Promise<T> {
  return JSON.parse(await kubectl('get', '-o', 'json', ...args)) as T;
}

/** Runs the plugin as users do: through kubectl. */
export function bluegreen(args: readonly string[], options?: CallOptions): Promise<Result> {
  return run(['kubectl', 'bluegreen', ...args], options);
}

let count = 0;

/** Makes a namespace of its own for a test. */
export async function createNamespace(purpose: string): Promise<string> {
  count += 1;
  const name = `e2e-${purpose}-${process.pid}-${count}`;
  await kubectl('create', 'namespace', name);
  return name;
}

/** Deletes a namespace without waiting for the last of its Pods. */
export async function deleteNamespace(name: string): Promise<void> {
  await kubectl('delete', 'namespace', name, '--wait=false');
}
