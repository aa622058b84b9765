import { requireGh } from '../../manifests/git/github.js';
import { findRemote } from '../../manifests/git/remote.js';
import { committedPaths, openRepository, type Repository, requireNewBranch } from '../../manifests/git/repository.js';
import type { Checkout } from '../../manifests/write-back/checkout.js';
import { filesInGit } from './carry-out.js';
import { type CommitPlan, commitMessage, defaultBranch, type VersionPlan } from './plan.js';

/** What flags ask of git. */
export interface GitWishes {
  readonly commit: boolean;
  readonly branch: string | undefined;
  readonly pullRequest: boolean;
}

export interface Committing {
  readonly commit: CommitPlan | undefined;
  readonly repository?: Repository;
}

/**
 * Finds out whether git and gh can do what flags ask for, and changes nothing.
 *
 * @throws RefusedError when they cannot, UsageError for a name that no branch can have
 */
export async function planCommit(
  plan: VersionPlan,
  wishes: GitWishes,
  checkout: Checkout,
  env: NodeJS.ProcessEnv,
): Promise<Committing> {
  if (!wishes.commit) return { commit: undefined };
  if (wishes.pullRequest) await requireGh(env);
  const repository = await openRepository(checkout.spec, env);
  await committedPaths(repository, filesInGit(checkout, plan.files));
  const message = commitMessage(plan);
  const branch = wishes.branch ?? (wishes.pullRequest ? defaultBranch(plan) : undefined);
  if (branch === undefined) return { commit: { message, branch, pullRequest: undefined }, repository };
  await requireNewBranch(repository, branch);
  if (!wishes.pullRequest) return { commit: { message, branch, pullRequest: undefined }, repository };
  const { name, base } = await findRemote(repository, branch);
  return { commit: { message, branch, pullRequest: { remote: name, base } }, repository };
}
