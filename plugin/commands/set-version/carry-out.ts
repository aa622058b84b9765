import { realpathSync } from 'node:fs';
import { BluegreenError, NotPutBackError, RefusedError } from '../../core/errors.js';
import { openPullRequest } from '../../manifests/git/github.js';
import { pushBranch } from '../../manifests/git/remote.js';
import {
  commitPaths,
  committedPaths,
  createBranch,
  dropBranch,
  type Repository,
} from '../../manifests/git/repository.js';
import type { Checkout } from '../../manifests/write-back/checkout.js';
import { keptTexts } from '../../manifests/write-back/replace-file.js';
import type { Reporter } from '../../terminal/reporter.js';
import { type CommitPlan, pullRequestBody, type VersionPlan } from './plan.js';

/** What was done, as `-o json` shows it. */
export interface Done {
  readonly files: readonly string[];
  readonly branch?: string;
  /** Hash. */
  readonly commit?: string;
  /** URL. */
  readonly pullRequest?: string;
}

/** How a run ended; what it had done when it failed stays. */
export interface Ended {
  readonly done: Done;
  readonly error?: unknown;
}

/** Carries a plan out. Until there is a commit, a failure leaves everything as it was. */
export async function carryOut(
  plan: VersionPlan,
  checkout: Checkout,
  repository: Repository | undefined,
  reporter: Reporter,
): Promise<Ended> {
  let done: Done = { files: [] };
  try {
    const { commit } = plan;
    if (!commit || !repository) {
      done = { files: write(checkout, plan) };
      tell(reporter, done);
      return { done };
    }
    done = await commitFiles(plan, commit, checkout, repository);
    tell(reporter, done);
    if (commit.pullRequest && commit.branch !== undefined) {
      const pullRequest = await propose(plan, commit.branch, commit, repository, reporter);
      done = { ...done, pullRequest };
    }
    return { done };
  } catch (error) {
    return { done, error };
  }
}

function tell(reporter: Reporter, { files, branch, commit }: Done): void {
  if (branch !== undefined) reporter.changed(`branch/${branch}`, 'created');
  for (const file of files) reporter.changed(file, 'written');
  if (commit !== undefined) reporter.changed(`commit/${commit.slice(0, 12)}`, 'created');
}

function write(checkout: Checkout, { change }: VersionPlan): string[] {
  try {
    return checkout.write(change);
  } catch (cause) {
    if (cause instanceof BluegreenError) throw cause;
    throw new RefusedError(`${checkout.spec} was not changed: ${(cause as Error).message}`, { cause });
  }
}

/** The files as git is to know them: of the spec, which may be a link, what it leads to. */
export const filesInGit = ({ spec }: Checkout, files: readonly string[]): string[] =>
  files.map((file) => (file === spec ? realpathSync(file) : file));

async function commitFiles(
  plan: VersionPlan,
  { branch, message }: CommitPlan,
  checkout: Checkout,
  repository: Repository,
): Promise<Done> {
  const files = filesInGit(checkout, plan.files);
  // Asking the remote may have taken seconds: what was saved meanwhile must not get into the commit.
  const paths = await committedPaths(repository, files);
  const kept = keptTexts();
  kept.keep(files);
  let made: string | undefined;
  try {
    if (branch !== undefined) {
      await createBranch(repository, branch);
      made = branch;
    }
    const written = write(checkout, plan);
    const commit = await commitPaths(repository, paths, message);
    return { files: written, ...(branch !== undefined && { branch }), commit };
  } catch (error) {
    const left = kept.putBack();
    if (made !== undefined && !(await dropBranch(repository, made))) left.push(`branch ${made}`);
    throw left.length > 0 ? new NotPutBackError(error as Error, left) : error;
  }
}

async function propose(
  plan: VersionPlan,
  branch: string,
  { message, pullRequest }: CommitPlan,
  repository: Repository,
  reporter: Reporter,
): Promise<string> {
  const { remote = '', base } = pullRequest ?? {};
  reporter.step(`push branch ${branch} to ${remote}`);
  await pushBranch(repository, remote, branch);
  reporter.changed(`branch/${branch}`, 'pushed');
  reporter.step('open a pull request');
  const request = { head: branch, base, title: message, body: pullRequestBody(plan) };
  const url = await openPullRequest(repository.root, repository.env, request);
  reporter.changed(url, 'created');
  return url;
}
