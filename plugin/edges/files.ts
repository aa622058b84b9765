import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, parseAllDocuments } from 'yaml';
import { UsageError } from '../errors.js';
import type { KubernetesObject } from '../kubernetes.js';

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The Kubernetes objects of files and of folders (their .yaml, .yml and .json files, not those of folders within).
 *
 * @throws UsageError naming the file, and the line where there is one
 */
export function readManifests(paths: readonly string[]): KubernetesObject[] {
  return paths.flatMap(manifestFiles).flatMap(readObjects);
}

function manifestFiles(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new UsageError(`the path "${path}" does not exist`);
  if (!stat.isDirectory()) return [path];
  const files = readdirSync(path).filter((name) => /\.(ya?ml|json)$/.test(name) && statSync(join(path, name)).isFile());
  if (files.length === 0) throw new UsageError(`the folder "${path}" holds no .yaml, .yml or .json file`);
  return files.sort().map((name) => join(path, name));
}

function readObjects(file: string): KubernetesObject[] {
  const { size } = statSync(file);
  if (size > MAX_BYTES) throw new UsageError(`${file} is too large: ${size} bytes, at most ${MAX_BYTES}`);
  const documents = parseAllDocuments(readFileSync(file, 'utf8'), { prettyErrors: true });
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
