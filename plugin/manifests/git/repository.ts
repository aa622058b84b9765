import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { RefusedError, UsageError } from '../../core/errors.js';
import { git, gitWords, runGit } from './run-git.js';

/** A git work tree, and where its HEAD is. */
export interface Repository {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Hash of the commit. */
  readonly head: string;
  /** undefined when HEAD is detached. */
  readonly branch: string | undefined;
}

/** @throws RefusedError when the file is in no git work tree, or in one without a commit */
export async function openRepository(file: string, env: NodeJS.ProcessEnv): Promise<Repository> {
  const folder = dirname(realpathSync(file));
  const found = await runGit(folder, ['rev-parse', '--show-toplevel'], { env });
  if (found.exitCode !== 0)
    throw new RefusedError(
      `${file} is in no git work tree, which --commit needs: ${gitWords(found.stderr)}\nleave --commit out, and commit the files yourself`,
    );
  const root = found.stdout.replace(/\r?\n$/, '');
  const head = (await runGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD'], { env })).stdout.trim();
  if (head === '') throw new RefusedError(`${root} has no commit yet: commit the files once without --commit`);
  const branch = (await runGit(root, ['symbolic-ref', '--quiet', '--short', 'HEAD'], { env })).stdout.trim();
  return { root, env, head, branch: branch || undefined };
}

/**
 * The paths of files as git knows them, from the root of the work tree.
 *
 * @param files - a link among them is meant itself
 * @throws RefusedError when one is outside the work tree, or is not as it was committed last
 */
export async function committedPaths({ root, env }: Repository, files: readonly string[]): Promise<string[]> {
  // Git goes through no link to a folder.
  const real = (file: string) => join(realpathSync(dirname(file)), basename(file));
  const paths = files.map((file) => relative(realpathSync(root), real(file)));
  const outside = files.filter((_, index) => isOutside(paths[index] ?? ''));
  if (outside.length > 0)
    throw new RefusedError(`${outside.join(', ')}: outside of ${root}, the git work tree that holds the spec`);
  const flags = ['--porcelain', '-z', '--no-renames', '--untracked-files=all', '--ignored=matching'];
  const listed = await git(root, ['--literal-pathspecs', 'status', ...flags, '--', ...paths], { env });
  const changed = listed.split('\0').filter((line) => line !== '');
  const named = (lines: readonly string[]) => lines.map((line) => join(root, line.slice(3))).join(', ');
  const ignored = changed.filter((line) => line.startsWith('!!'));
  if (ignored.length > 0)
    throw new RefusedError(`git ignores ${named(ignored)}: leave --commit out, or let git track what is synthesized`);
  if (changed.length > 0)
    throw new RefusedError(`not committed yet: ${named(changed)}\ncommit, stash or discard these changes first`);
  return paths;
}

const isOutside = (path: string) => path === '..' || path.startsWith(join('..', '/')) || isAbsolute(path);

/** @throws UsageError when git takes no branch of that name; RefusedError when it is there */
export async function requireNewBranch({ root, env }: Repository, name: string): Promise<void> {
  const isName = (await runGit(root, ['check-ref-format', `refs/heads/${name}`], { env })).exitCode === 0;
  if (!isName || name.startsWith('-')) throw new UsageError(`invalid branch "${name}": git takes no such name`);
  const { exitCode } = await runGit(root, ['show-ref', '--verify', '--quiet', `refs/heads/${name}`], { env });
  if (exitCode === 0) throw branchExists(name, root);
}

export const branchExists = (name: string, where: string) =>
  new RefusedError(`branch "${name}" already exists in ${where}: name another one with --branch`);

/** Makes a branch at HEAD and checks it out: no file changes. */
export async function createBranch({ root, env }: Repository, name: string): Promise<void> {
  await git(root, ['switch', '--quiet', '--no-track', '--create', name], { env, changes: true });
}

/** Takes a branch back that was made, and has no commit. @returns whether that worked */
export async function dropBranch({ root, env, branch, head }: Repository, name: string): Promise<boolean> {
  const back = branch === undefined ? ['--detach', head] : [branch];
  const options = { env, changes: true };
  const left = await runGit(root, ['switch', '--quiet', ...back], options);
  if (left.exitCode !== 0) return false;
  return (await runGit(root, ['branch', '--quiet', '-D', '--', name], options)).exitCode === 0;
}

/**
 * Commits these files and nothing else: what is staged of others stays staged.
 *
 * @param paths - from the root; files that git knows
 * @returns the hash of the commit
 * @throws RefusedError when git made none, as when a hook refuses it
 */
export async function commitPaths(
  { root, env, head }: Repository,
  paths: readonly string[],
  message: string,
): Promise<string> {
  const args = ['--literal-pathspecs', 'commit', '--quiet', '--only', `--message=${message}`, '--', ...paths];
  const { stderr } = await runGit(root, args, { env, changes: true });
  // A signal or a later hook may end git with a failure although the commit is there.
  const commit = (await git(root, ['rev-parse', '--verify', 'HEAD'], { env })).trim();
  if (commit === head) throw new RefusedError(`git commit failed: ${gitWords(stderr)}`);
  return commit;
}
