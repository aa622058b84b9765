import { RefusedError } from '../../core/errors.js';
import type { Repository } from './repository.js';
import { branchExists } from './repository.js';
import { git, runGit } from './run-git.js';

/** Where a new branch is pushed to. */
export interface Remote {
  readonly name: string;
  /** The branch of HEAD, when the remote has it too: what a pull request is to be merged into. */
  readonly base: string | undefined;
}

/**
 * Finds the remote and asks it, so that a branch which cannot be pushed shows before anything is written.
 *
 * @throws RefusedError when there is no remote, it does not answer, or it has the branch
 */
export async function findRemote(repository: Repository, branch: string): Promise<Remote> {
  const { root, env, branch: current } = repository;
  const names = (await git(root, ['remote'], { env })).split('\n').filter((name) => name !== '');
  const preferred = (await runGit(root, ['config', '--get', 'remote.pushDefault'], { env })).stdout.trim();
  const name = chooseRemote(names, preferred);
  if (name === undefined)
    throw new RefusedError(
      `${root} has ${names.length === 0 ? 'no remote' : `remotes ${names.join(', ')} and none named origin`} for --pr\n` +
        'set one with "git remote add origin URL", or "git config remote.pushDefault NAME"',
    );
  const wanted = [branch, ...(current === undefined ? [] : [current])].map((one) => `refs/heads/${one}`);
  const listed = (await git(root, ['ls-remote', name, ...wanted], { env })).split('\n');
  const has = (one: string) => listed.some((line) => line.endsWith(`\trefs/heads/${one}`));
  if (has(branch)) throw branchExists(branch, `remote "${name}"`);
  return { name, base: current !== undefined && has(current) ? current : undefined };
}

/** The one that pushes go to by git's configuration, else `origin`, else the only one. */
export function chooseRemote(names: readonly string[], preferred: string): string | undefined {
  if (preferred !== '') return preferred;
  if (names.includes('origin')) return 'origin';
  return names.length === 1 ? names[0] : undefined;
}

/** @throws RefusedError when the push fails, with how to do it by hand */
export async function pushBranch({ root, env }: Repository, remote: string, branch: string): Promise<void> {
  const args = ['push', '--quiet', '--set-upstream', remote, `refs/heads/${branch}:refs/heads/${branch}`];
  try {
    await git(root, args, { env, changes: true });
  } catch (cause) {
    throw new RefusedError(
      `${(cause as Error).message}\nthe commit is on branch "${branch}": run "git push --set-upstream ${remote} ${branch}" ` +
        `and "gh pr create --head=${branch}"`,
      { cause },
    );
  }
}
