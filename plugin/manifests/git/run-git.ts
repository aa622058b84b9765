import { execa } from 'execa';
import { RefusedError } from '../../core/errors.js';

export interface GitOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** For a command that changes the repository: it may take locks, and its hooks have the user's locale. */
  readonly changes?: boolean;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

// In a hook git says where its own repository is, which is not the one that is asked.
const OF_HOOKS = { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_PREFIX: undefined, GIT_INDEX_FILE: undefined };
const READING = { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };

/** Runs git in a folder, without a shell. @returns how it ended @throws RefusedError when it cannot be run */
export async function runGit(
  folder: string,
  args: readonly string[],
  { env = process.env, changes = false }: GitOptions = {},
): Promise<GitResult> {
  const result = await execa('git', args, {
    cwd: folder,
    env: { ...env, ...(!changes && READING), ...OF_HOOKS },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
  });
  if (result.exitCode === undefined)
    throw new RefusedError(`cannot run git: ${result.originalMessage ?? result.shortMessage}`, { cause: result });
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** As runGit, for a command that has to succeed. @returns its stdout @throws RefusedError when it does not */
export async function git(folder: string, args: readonly string[], options?: GitOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await runGit(folder, args, options);
  const command = args.find((word) => !word.startsWith('-'));
  if (exitCode !== 0) throw new RefusedError(`git ${command} failed: ${gitWords(stderr)}`);
  return stdout;
}

/** What git says of a failure. */
export const gitWords = (stderr: string): string =>
  stderr.trim().replace(/^(fatal|error): /, '') || 'it printed no reason';
