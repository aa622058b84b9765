import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { REPOSITORY } from '../cluster/cluster.js';
import { clusterCommand } from '../cluster/exec.js';

/** A program that ran to its end. */
export interface Ran {
  readonly seconds: number;
  /** Most memory (RSS) that the process itself had, in MB of 10^6 bytes, 0 where it is not known. */
  readonly peakMb: number;
  /** The same of all its children together. */
  readonly childrenPeakMb: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  readonly argv: readonly [string, ...string[]];
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether it runs against the cluster, in its network; otherwise on this machine alone. */
  readonly inCluster?: boolean;
  /** Looks at memory meanwhile, which costs some of the processor: not for what is timed. */
  readonly memory?: boolean;
}

/** What slows every start of Node, and is no part of what is measured. */
const UNSET = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS'] as const;
const LOOK_MS = 5;

/**
 * Runs a program and measures it from outside, from before it is spawned until it and its output have ended.
 *
 * @throws Error with what it printed when it does not end with 0
 */
export async function run(
  { argv, input, env, inCluster = true, memory = false }: Call,
  signal?: AbortSignal,
): Promise<Ran> {
  signal?.throwIfAborted();
  const command = inCluster ? clusterCommand(argv) : { file: argv[0], args: argv.slice(1), env: process.env };
  const environment = { ...command.env, ...env };
  for (const name of UNSET) delete environment[name];
  const started = performance.now();
  const child = spawn(command.file, command.args, { cwd: REPOSITORY, env: environment, stdio: 'pipe' });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const looking = memory && child.pid !== undefined ? watchMemory(child.pid) : undefined;
  const code = await ended;
  const seconds = (performance.now() - started) / 1000;
  const peaks = (await looking?.stop()) ?? { peakMb: 0, childrenPeakMb: 0 };
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${output.stderr || output.stdout}`);
  return { seconds, ...peaks, ...output };
}

/** VmHWM is the most that there was so far, so only what comes in the last milliseconds escapes. */
function watchMemory(pid: number) {
  let running = true;
  let peakMb = 0;
  const children = new Map<number, number>();
  const looking = (async () => {
    for (; running; await sleep(LOOK_MS)) {
      peakMb = Math.max(peakMb, highWaterMb(pid));
      for (const child of descendants(pid)) children.set(child, Math.max(children.get(child) ?? 0, highWaterMb(child)));
    }
  })();
  return {
    async stop() {
      running = false;
      await looking;
      return { peakMb, childrenPeakMb: [...children.values()].reduce((sum, mb) => sum + mb, 0) };
    },
  };
}

function highWaterMb(pid: number): number {
  const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readOrNothing(`/proc/${pid}/status`)) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}

function descendants(pid: number): number[] {
  const threads = threadsOf(pid);
  const children = threads.flatMap((thread) =>
    readOrNothing(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}
