import { execa } from 'execa';
import { RefusedError } from '../../core/errors.js';

export interface PullRequest {
  /** The branch that holds the commit. */
  readonly head: string;
  /** What it is to be merged into. @default - what gh takes: the default branch of the repository */
  readonly base: string | undefined;
  readonly title: string;
  readonly body: string;
}

/** @throws RefusedError when there is no gh on PATH */
export async function requireGh(env: NodeJS.ProcessEnv): Promise<void> {
  const { code } = await runGh(undefined, env, ['--version']);
  if (code !== 'ENOENT' && code !== 'EACCES') return;
  throw new RefusedError(
    'gh not found on PATH: --pr opens the pull request with it\n' +
      'install it from https://cli.github.com, or use --commit --branch=NAME, push the branch, and open the pull request yourself',
  );
}

/**
 * Opens a pull request with the credentials that gh holds.
 *
 * @returns what gh printed: its URL
 * @throws RefusedError when gh fails
 * @see https://cli.github.com/manual/gh_pr_create
 */
export async function openPullRequest(root: string, env: NodeJS.ProcessEnv, request: PullRequest): Promise<string> {
  const { head, base, title, body } = request;
  const texts = [`--head=${head}`, `--title=${title}`, `--body=${body}`];
  const { exitCode, stdout, stderr, shortMessage } = await runGh(root, env, [
    'pr',
    'create',
    ...texts,
    ...(base === undefined ? [] : [`--base=${base}`]),
  ]);
  if (exitCode === 0) return stdout.trim().split('\n').at(-1) ?? '';
  throw new RefusedError(
    `branch "${head}" is pushed, and no pull request was opened: ${stderr.trim() || shortMessage}\nrun "gh pr create --head=${head}"`,
  );
}

const runGh = (cwd: string | undefined, env: NodeJS.ProcessEnv, args: readonly string[]) =>
  execa('gh', args, {
    ...(cwd !== undefined && { cwd }),
    // It asks no question in the middle of a run.
    env: { ...env, GH_PROMPT_DISABLED: '1', GIT_DIR: undefined, GIT_WORK_TREE: undefined },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
