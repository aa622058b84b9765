/** Spec file -> ReleaseSpec, or every reason why not. */
import { SpecError, type SpecIssue } from './errors.js';
import { explainAll, MAX_ISSUES } from './explain.js';
import { readText } from './file.js';
import { knownKeys } from './known-keys.js';
import { type FieldPath, formatPath } from './path.js';
import { type ReleaseSpec, releaseSchema } from './release.js';
import { readYaml } from './yaml.js';

const BYTE_ORDER_MARK = /^\ufeff/;

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
  const yaml = readYaml(text.replace(BYTE_ORDER_MARK, ''));
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
  const issues = explainAll(result.error.issues, context)
    .map(({ path, message, part }) => place(yaml.offsetOf(path, part), path, message))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  const cut: SpecIssue[] =
    issues.length < MAX_ISSUES ? [] : [{ file, path: '', message: `shows its first ${MAX_ISSUES} issues` }];
  throw new SpecError([...issues, ...cut]);
}
