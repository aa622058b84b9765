import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../core/errors.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import { isManifestName, requireSize } from '../files.js';
import { parseObjects } from '../parse-objects.js';
import { git, gitWords, runGit } from './run-git.js';

export interface Revision {
  /** The commit that the revision names: its hash. */
  readonly commit: string;
  /** The objects of all paths, as they were in that commit. */
  readonly objects: readonly KubernetesObject[];
}

/**
 * The Kubernetes objects of files and folders as they were at a revision: of a folder its files, as `readManifests` takes
 * them. What was not there then holds nothing. Each path is looked for in the repository that it is in.
 *
 * @throws UsageError when a path is in no repository, or the revision is not known there; RefusedError when git fails
 * @see https://git-scm.com/docs/git-ls-tree
 */
export async function readRevision(paths: readonly string[], revision: string): Promise<Revision> {
  // Git takes no such name for a branch or tag, and would take it for an option.
  if (revision === '' || revision.startsWith('-'))
    throw new UsageError(`invalid revision "${revision}": want a branch, a tag or a commit`);
  const read = await Promise.all(paths.map((path) => readPath(path, revision)));
  return { commit: read[0]?.commit ?? '', objects: read.flatMap(({ objects }) => objects) };
}

async function readPath(path: string, revision: string): Promise<Revision> {
  const now = statSync(path, { throwIfNoEntry: false });
  const folder = now?.isDirectory() ? path : dirname(path);
  if (!now && !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`the path "${path}" does not exist`);
  const commit = await resolve(folder, path, revision);
  const entries = now?.isDirectory() ? await listTree(folder, commit) : await listOne(folder, basename(path), commit);
  if (!now && entries.length === 0)
    throw new UsageError(`the path "${path}" does not exist, and did not at ${revision}`);
  const objects = await Promise.all(entries.map((entry) => readEntry(folder, path, entry, revision)));
  return { commit, objects: objects.flat() };
}

/** A file of a commit. */
interface Entry {
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
  /** Within the folder that was given; undefined for a path that was itself a file. */
  readonly name?: string;
  readonly isLink: boolean;
}

/** The manifests of a folder: without a path, ls-tree lists the folder that git runs in. */
async function listTree(folder: string, tree: string, flags: readonly string[] = []): Promise<Entry[]> {
  const entries = parseTree(await git(folder, ['ls-tree', '-z', '--long', ...flags, tree]));
  return entries
    .filter(({ type, name }) => type === 'blob' && isManifestName(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A path that is a file, or is gone and may have been a folder. */
async function listOne(folder: string, name: string, commit: string): Promise<Entry[]> {
  const [entry] = parseTree(await git(folder, ['ls-tree', '-z', '--long', commit, '--', `./${name}`]));
  if (entry?.type === 'tree') return listTree(folder, entry.hash, ['--full-tree']);
  return entry?.type === 'blob' ? [{ hash: entry.hash, size: entry.size, isLink: entry.isLink }] : [];
}

function parseTree(listed: string) {
  return listed.split('\0').flatMap((line) => {
    const [, mode, type, hash = '', size, name = ''] = /^(\d+) (\w+) (\w+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
    return type === undefined ? [] : [{ type, hash, size: Number(size), name, isLink: mode === '120000' }];
  });
}

async function readEntry(folder: string, path: string, { hash, size, name, isLink }: Entry, revision: string) {
  const file = `${name === undefined ? path : join(path, name)} at ${revision}`;
  if (isLink) throw new UsageError(`${file} is a symbolic link, which is not followed`);
  requireSize(file, size);
  return parseObjects(await git(folder, ['cat-file', 'blob', hash]), file);
}

/** The hash of the commit that a revision names. */
async function resolve(folder: string, path: string, revision: string): Promise<string> {
  const root = await runGit(folder, ['rev-parse', '--show-toplevel']);
  if (root.exitCode !== 0) {
    const isNone = /not a git repository/.test(root.stderr);
    throw new UsageError(isNone ? `${path} is not in a git repository, which --against needs` : gitWords(root.stderr));
  }
  const commit = await runGit(folder, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  const hash = commit.stdout.trim();
  if (commit.exitCode === 0 && /^[0-9a-f]{40,64}$/.test(hash)) return hash;
  const shallow = (await runGit(folder, ['rev-parse', '--is-shallow-repository'])).stdout.trim() === 'true';
  const hint = shallow ? ': this clone is shallow, fetch the revision first' : '';
  throw new UsageError(`unknown revision "${revision}" in ${root.stdout.trim()}${hint}`);
}
