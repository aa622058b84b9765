/** Spec file -> the release and its environments, or every reason why not. */
import { environmentsSchema } from './environments.js';
import { SpecError, type SpecIssue } from './errors.js';
import { type Explained, explainAll, MAX_ISSUES } from './explain.js';
import type { ReleaseSpec } from './fields.js';
import { readText } from './file.js';
import { knownKeys } from './known-keys.js';
import { has, isMapping, isOfOverlay, merge, nulls } from './merge.js';
import { type FieldPath, formatPath } from './path.js';
import { releaseSchema } from './release.js';
import { readYaml, type YamlFile } from './yaml.js';

const BYTE_ORDER_MARK = /^\ufeff/;

/** What a spec file describes; every release in it has every default filled in. */
export interface ReleaseFile {
  readonly release: ReleaseSpec;
  /** The release as each environment has it, in the order of the file. */
  readonly environments: ReadonlyMap<string, ReleaseSpec>;
}

/**
 * Reads and checks one spec file.
 *
 * @param path - a YAML file of at most 256 KiB; errors name it as it is given
 * @throws SpecError with every issue, if the file cannot be read or is not a valid spec
 */
export function readReleaseFile(path: string): ReleaseFile {
  return parseReleaseFile(readText(path), path);
}

/** The release of a file as it is without an environment. @throws SpecError as readReleaseFile */
export const readRelease = (path: string): ReleaseSpec => readReleaseFile(path).release;

/** As readRelease, of text that is already read. @throws SpecError */
export const parseRelease = (text: string, file: string): ReleaseSpec => parseReleaseFile(text, file).release;

/** As readReleaseFile, of text that is already read. @throws SpecError */
export function parseReleaseFile(text: string, file: string): ReleaseFile {
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
  const { release, environments, found } = check(yaml);
  if (release && found.length === 0) return { release, environments };
  const issues = found
    .slice(0, MAX_ISSUES)
    .map(({ path, message, part }) => place(yaml.offsetOf(path, part), path, message))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  const cut: SpecIssue[] =
    issues.length < MAX_ISSUES ? [] : [{ file, path: '', message: `shows its first ${MAX_ISSUES} issues` }];
  throw new SpecError([...issues, ...cut]);
}

interface Checked {
  readonly release?: ReleaseSpec;
  readonly environments: ReadonlyMap<string, ReleaseSpec>;
  readonly found: readonly Explained[];
}

function check({ value, sourceOf }: YamlFile): Checked {
  const { environments: overlays = {}, ...base } = isMapping(value) ? value : {};
  const own = releaseSchema.safeParse(isMapping(value) ? base : value);
  const found = explainAll(own.error?.issues ?? [], { root: value, knownKeys, sourceOf });
  const read = environmentsSchema.safeParse(overlays);
  if (!read.success) {
    const under = (path: FieldPath) => ['environments', ...path];
    const context = { root: overlays, knownKeys: () => [], sourceOf: (path: FieldPath) => sourceOf(under(path)) };
    const wrong = explainAll(read.error.issues, context).map((issue) => ({ ...issue, path: under(issue.path) }));
    return { environments: new Map(), found: [...found, ...wrong] };
  }
  const environments = new Map<string, ReleaseSpec>();
  for (const [name, overlay] of Object.entries(read.data)) {
    const { release, issues } = checkEnvironment(name, base, overlay, sourceOf);
    if (release) environments.set(name, release);
    found.push(...issues.filter((issue) => !found.some((other) => isSame(issue, other))));
  }
  return { ...(own.data && { release: own.data }), environments, found: found.map(withEnvironment) };
}

interface EnvironmentIssue extends Explained {
  /** The environment in which a part of the release is wrong that is right without it. */
  readonly environment?: string;
}

const isSame = (a: Explained, b: Explained): boolean =>
  a.message === b.message && formatPath(a.path) === formatPath(b.path);

function withEnvironment({ environment, ...issue }: EnvironmentIssue): Explained {
  return environment === undefined
    ? issue
    : { ...issue, message: `${issue.message} (in environment "${environment}")` };
}

/** Checks an environment as the release that it is, and finds each issue where it stands in the file. */
function checkEnvironment(
  name: string,
  base: object,
  overlay: object,
  sourceOf: YamlFile['sourceOf'],
): { release?: ReleaseSpec; issues: EnvironmentIssue[] } {
  const under = (path: FieldPath) => ['environments', name, ...path];
  const placed = (path: FieldPath) => (isOfOverlay(base, overlay, path) ? under(path) : path);
  const merged = merge(base, overlay);
  const result = releaseSchema.safeParse(merged);
  const context = { root: merged, knownKeys, sourceOf: (path: FieldPath) => sourceOf(placed(path)) };
  const issues = explainAll(result.error?.issues ?? [], context).map((issue): EnvironmentIssue => {
    const path = placed(issue.path);
    return { ...issue, path, ...(path === issue.path && { environment: name }) };
  });
  const own = overlayIssues(base, overlay, (path) => sourceOf(under(path))).map((issue) => ({
    ...issue,
    path: under(issue.path),
  }));
  const isOwn = (issue: Explained) => own.some(({ path }) => formatPath(path) === formatPath(issue.path));
  return { ...(result.data && { release: result.data }), issues: [...own, ...issues.filter((one) => !isOwn(one))] };
}

/** What is wrong with an overlay as such. */
function overlayIssues(base: object, overlay: object, sourceOf: YamlFile['sourceOf']): Explained[] {
  const forbidden = ['name', 'environments'].filter((key) => Object.hasOwn(overlay, key));
  const reasons: Record<string, string> = {
    name: 'is the same in every environment: give the environment a namespace of its own',
    environments: 'unknown key: an environment holds no environments',
  };
  return [
    ...forbidden.map((key): Explained => ({ path: [key], message: reasons[key] ?? '', part: 'key' })),
    ...nulls(overlay).flatMap((path): Explained[] => {
      if (!sourceOf(path)) return [{ path, message: 'expected a value, or null, got nothing', part: 'value' }];
      const message = 'takes nothing away: the release does not have it';
      return has(base, path) ? [] : [{ path, message, part: 'key' }];
    }),
  ];
}
