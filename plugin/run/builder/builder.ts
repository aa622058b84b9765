import { execa } from 'execa';
import { UsageError } from '../../core/errors.js';
import { readLines } from '../../core/lines.js';
import { BUILDERS, type BuilderName, flavorOf } from './argv.js';

/** A program that builds images. It holds the credentials of registries: nothing of them is read here. */
export interface Builder {
  /** The program. */
  readonly name: string;
  /** The one whose arguments and words it has. */
  readonly flavor: BuilderName;
  /**
   * Runs it to its end, or until the signal ends it.
   *
   * @returns its exit code; undefined when a signal ended it
   */
  run(args: readonly string[], onLine: (line: string) => void, signal: AbortSignal): Promise<number | undefined>;
}

const isBuilder = (name: string): name is BuilderName => BUILDERS.some((one) => one === name);

/**
 * Finds the builder: the one asked for, else $BLUEGREEN_BUILDER, else the first of docker, podman and nerdctl on PATH.
 *
 * @throws UsageError when there is none
 */
export async function findBuilder(asked: string | undefined, env: NodeJS.ProcessEnv): Promise<Builder> {
  const wanted = asked ?? (env.BLUEGREEN_BUILDER || undefined);
  if (wanted === undefined) {
    for (const name of BUILDERS) {
      const found = await tryBuilder(name, env);
      if (found) return found;
    }
    throw new UsageError(`no builder found on PATH: want ${BUILDERS.join(', ')}, for --build`);
  }
  if (!isBuilder(wanted)) throw new UsageError(`BLUEGREEN_BUILDER "${wanted}" is none of ${BUILDERS.join(', ')}`);
  const found = await tryBuilder(wanted, env);
  if (!found) throw new UsageError(`builder "${wanted}" not found on PATH`);
  return found;
}

async function tryBuilder(name: BuilderName, env: NodeJS.ProcessEnv): Promise<Builder | undefined> {
  const { code, stdout } = await execa(name, ['--version'], { env, extendEnv: false, stdin: 'ignore', reject: false });
  if (code === 'ENOENT' || code === 'EACCES') return undefined;
  return { name, flavor: flavorOf(name, stdout ?? ''), run: (...call) => runProgram(name, env, ...call) };
}

async function runProgram(
  name: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<number | undefined> {
  const options = { env, extendEnv: false, stdin: 'ignore', all: true, buffer: false, reject: false } as const;
  const child = execa(name, args, { ...options, cancelSignal: signal });
  for await (const line of readLines(child.all)) onLine(line.replace(/\r$/, ''));
  const { exitCode } = await child;
  return exitCode;
}
