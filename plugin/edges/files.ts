import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, parseAllDocuments } from 'yaml';
import { UsageError } from '../errors.js';
import type { KubernetesObject } from '../kubernetes.js';

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
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat && mayBeGone) return [];
  if (!stat) throw new UsageError(`the path "${path}" does not exist`);
  if (!stat.isDirectory()) return [path];
  const files = readdirSync(path).filter((name) => isManifestName(name) && statSync(join(path, name)).isFile());
  if (files.length === 0 && !mayBeGone) throw new UsageError(`the folder "${path}" holds no .yaml, .yml or .json file`);
  return files.sort().map((name) => join(path, name));
}

function readObjects(file: string): KubernetesObject[] {
  const { size } = statSync(file);
  requireSize(file, size);
  return parseObjects(readFileSync(file, 'utf8'), file);
}

/** @throws UsageError when a file of manifests is larger than any can be */
export function requireSize(file: string, bytes: number): void {
  if (bytes > MAX_BYTES) throw new UsageError(`${file} is too large: ${bytes} bytes, at most ${MAX_BYTES}`);
}

/**
 * The Kubernetes objects of a file's text.
 *
 * @throws UsageError naming the file, and the line where there is one
 */
export function parseObjects(text: string, file: string): KubernetesObject[] {
  const documents = parseAllDocuments(text, { prettyErrors: true });
  // A file of nothing but comments parses to no document at all.
  if ('empty' in documents) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new UsageError(`${file}: ${error.message.trimEnd()}`, { cause: error });
    const object = toObject(document, file);
    if (object === null || object === undefined) return [];
    if (!isObject(object))
      throw new UsageError(`${file}: not a Kubernetes object: it lacks apiVersion, kind or metadata.name`);
    return [object];
  });
}

function toObject(document: Document, file: string): unknown {
  try {
    // Synthesized manifests hold no alias, and a few of them can stand for gigabytes.
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw new UsageError(`${file}: ${(cause as Error).message}`, { cause });
  }
}

function isObject(value: unknown): value is KubernetesObject {
  const { apiVersion, kind, metadata } = value as Partial<KubernetesObject>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
}
