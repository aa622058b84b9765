import { isUtf8 } from 'node:buffer';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { readAtMost } from '../../charts/bounded-file.js';
import { UsageError } from '../core/errors.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import { parseObjects } from './parse-objects.js';

const MAX_BYTES = 4 * 1024 * 1024;

export interface ReadOptions {
  /** A path that does not exist, or a folder without manifests, holds nothing; else it is an error. */
  readonly mayBeGone?: boolean;
}

/**
 * The Kubernetes objects of files and of folders (their .yaml, .yml and .json files, not those of folders within).
 *
 * @throws UsageError naming the file, and the line where there is one
 */
export function readManifests(paths: readonly string[], options: ReadOptions = {}): KubernetesObject[] {
  return paths.flatMap((path) => manifestFiles(path, options)).flatMap(readObjects);
}

/** The names by which the files of a folder are taken for manifests. */
export const isManifestName = (name: string): boolean => /\.(ya?ml|json)$/.test(name);

function manifestFiles(path: string, { mayBeGone = false }: ReadOptions): string[] {
  const stat = tried(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!stat && mayBeGone) return [];
  if (!stat) throw new UsageError(`the path "${path}" does not exist`);
  if (!stat.isDirectory()) return [path];
  const names = tried(path, () => readdirSync(path)).filter(isManifestName);
  const files = names
    .map((name) => join(path, name))
    .filter((file) => !tried(file, () => statSync(file)).isDirectory());
  if (files.length === 0 && !mayBeGone) throw new UsageError(`the folder "${path}" holds no .yaml, .yml or .json file`);
  for (const file of files) requireWithin(path, file);
  return files.sort();
}

/** A link in a folder may lead to another place in that folder, as those of a mounted ConfigMap do. */
function requireWithin(folder: string, file: string): void {
  const target = tried(file, () => realpathSync(file));
  const root = realpathSync(folder);
  if (target.startsWith(root.endsWith(sep) ? root : root + sep)) return;
  throw new UsageError(`${file} is a symbolic link out of the folder, to ${target}: name that file itself with -f`);
}

function readObjects(file: string): KubernetesObject[] {
  const bytes = tried(file, () => readAtMost(file, MAX_BYTES));
  if (bytes.length > MAX_BYTES) throw new UsageError(`${file} is too large: more than ${MAX_BYTES} bytes`);
  if (!isUtf8(bytes)) throw new UsageError(`${file} is not UTF-8 text`);
  return parseObjects(bytes.toString(), file);
}

/** @throws UsageError when a file of manifests is larger than any can be */
export function requireSize(file: string, bytes: number): void {
  if (bytes > MAX_BYTES) throw new UsageError(`${file} is too large: ${bytes} bytes, at most ${MAX_BYTES}`);
}

/** @throws UsageError for what the system says of a path, such as that it may not be read, or that its links go in a circle */
function tried<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new UsageError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
