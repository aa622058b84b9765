/** Spec file -> ReleaseSpec, or every reason why not. */
import { closeSync, openSync, readSync } from 'node:fs';
import { SpecError, type SpecIssue } from './errors.js';
import { explain } from './explain.js';
import { knownKeys } from './known-keys.js';
import { type FieldPath, formatPath } from './path.js';
import { type ReleaseSpec, releaseSchema } from './release.js';
import { MAX_BYTES, readYaml } from './yaml.js';

/**
 * Reads and checks one release spec.
 *
 * @param path - a YAML file of at most 256 KiB; errors name it as it is given
 * @returns the release with every default filled in
 * @throws SpecError with every issue, if the file cannot be read or is not a valid spec
 */
export function readRelease(path: string): ReleaseSpec {
  return parseRelease(readText(path), path);
}

/** As readRelease, of text that is already read. @throws SpecError */
export function parseRelease(text: string, file: string): ReleaseSpec {
  const yaml = readYaml(text);
  const place = (offset: number, path: FieldPath, message: string): SpecIssue => ({
    file,
    ...yaml.position(offset),
    path: formatPath(path),
    message,
  });
  if (yaml.issues.length > 0) {
    throw new SpecError(yaml.issues.map(({ offset, path, message }) => place(offset, path, message)));
  }
  const result = releaseSchema.safeParse(yaml.value);
  if (result.success) return result.data;
  const context = { root: yaml.value, knownKeys, sourceOf: yaml.sourceOf };
  const issues = result.error.issues
    .flatMap((issue) => explain(issue, context))
    .map(({ path, message, part }) => place(yaml.offsetOf(path, part), path, message));
  throw new SpecError(issues.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)));
}

function readText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(readBytes(path));
  } catch (error) {
    if (error instanceof SpecError) throw error;
    const message = error instanceof TypeError ? 'is not UTF-8 text' : `cannot be read: ${(error as Error).message}`;
    throw new SpecError([{ file: path, path: '', message }], { cause: error });
  }
}

/** Reads one byte more than is allowed and no further, so that an endless file ends too. */
function readBytes(path: string): Buffer {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  const descriptor = openSync(path, 'r');
  try {
    let length = 0;
    for (let read = 1; read > 0 && length < buffer.length; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    if (length > MAX_BYTES) {
      throw new SpecError([{ file: path, path: '', message: `is larger than ${MAX_BYTES / 1024} KiB` }]);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}
