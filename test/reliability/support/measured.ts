import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

const BIN = join(import.meta.dirname, '..', '..', '..', 'lib', 'plugin', 'bin.js');
const MEASURE = join(import.meta.dirname, 'measure.cjs');
/** Far past what any run should take on a machine that others use too. */
const HANG_MS = 60_000;

export interface Measured {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds of a processor, which other programs on the machine do not lengthen. */
  readonly cpuMs: number;
  /** Most memory at once. */
  readonly megabytes: number;
}

/** Runs the program in a folder, without a cluster, and measures its process. */
export async function measured(folder: string, args: readonly string[]): Promise<Measured> {
  const to = join(folder, 'usage.json');
  const { exitCode, stdout, stderr, timedOut } = await execa('node', ['--require', MEASURE, BIN, ...args], {
    cwd: folder,
    // Reading all of a machine's certificates is no part of it.
    env: { NODE_EXTRA_CA_CERTS: '', MEASURE_TO: to, KUBECONFIG: join(folder, 'no-kubeconfig') },
    reject: false,
    stdin: 'ignore',
    timeout: HANG_MS,
    killSignal: 'SIGKILL',
  });
  if (timedOut) throw new Error(`${args.join(' ')} did not end in ${HANG_MS} ms`);
  const usage = JSON.parse(readFileSync(to, 'utf8')) as { userCPUTime: number; systemCPUTime: number; maxRSS: number };
  return {
    exitCode,
    stdout,
    stderr,
    cpuMs: (usage.userCPUTime + usage.systemCPUTime) / 1000,
    megabytes: usage.maxRSS / 1024,
  };
}
