/** Specs -> files in the output directory. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findSharedNames, type Source } from './distinct.js';
import { type Files, isOwn, OutputError, pathOf, presentFiles, removeFile, replaceFile } from './output.js';
import { releaseOf, renderRelease } from './render.js';
import { SpecError, type SpecIssue } from './spec/errors.js';
import { type ReleaseFile, readReleaseFile } from './spec/read.js';
import { nearest } from './spec/suggest.js';

export interface SynthesizeOptions {
  /**
   * Leave the files of releases that are not among the specs: for specs that are not all that there are.
   *
   * @default false - the output directory holds these specs' files and no other release's
   */
  readonly keepOtherReleases?: boolean;
  /**
   * Give the files of these environments alone, for the specs that have them, and leave all others.
   *
   * @default - each release as it is without an environment, and every environment in a folder of its name
   */
  readonly environments?: readonly string[];
  /** Told what is valid and may still be a mistake. @default - it is not said */
  readonly warn?: (message: string) => void;
}

/**
 * Writes what the specs describe, and deletes what earlier specs described.
 *
 * Nothing is written unless every spec is valid and no two releases make the same object. Files that synthesis did not write stay as they are.
 *
 * @returns the paths of the files that the specs give, changed or not
 * @throws SpecError when a spec is not valid or no spec has an environment that is asked for; OutputError when a file
 *   of someone else is in the way
 */
export function synthesize(specPaths: readonly string[], outdir: string, options: SynthesizeOptions = {}): string[] {
  const { wanted, present } = filesOf(specPaths, outdir, options);
  for (const [name, text] of wanted) {
    const there = present.get(name);
    const owner = there === undefined ? releaseOf(text) : releaseOf(there);
    const path = join(outdir, name);
    if (owner === undefined) {
      throw new OutputError(`${path} was not written by synth: move it away, or choose another directory`);
    }
    if (options.keepOtherReleases && owner !== releaseOf(text)) {
      throw new OutputError(`${path} belongs to release "${owner}": choose another directory`);
    }
  }
  mkdirSync(outdir, { recursive: true });
  for (const name of extraFiles(wanted, present, options)) removeFile(outdir, name);
  for (const [name, text] of wanted) {
    if (present.get(name) !== text) replaceFile(join(outdir, name), text);
  }
  return [...wanted.keys()].map((name) => join(outdir, name));
}

/**
 * Compares the output directory with what the specs give, and writes nothing.
 *
 * @returns `PATH: missing`, `PATH: stale` or `PATH: extra` for each file that synthesize would write or delete
 * @throws SpecError as synthesize
 */
export function checkSynthesized(
  specPaths: readonly string[],
  outdir: string,
  options: SynthesizeOptions = {},
): string[] {
  const { wanted, present } = filesOf(specPaths, outdir, options);
  const differing = [...wanted].filter(([name, text]) => present.get(name) !== text);
  const extra = extraFiles(wanted, present, options);
  return [
    ...differing.map(([name]) => `${join(outdir, name)}: ${present.has(name) ? 'stale' : 'missing'}`),
    ...extra.map((name) => `${join(outdir, name)}: extra`),
  ];
}

/** The files that the specs give, and those that are there. @throws SpecError as synthesize */
function filesOf(specPaths: readonly string[], outdir: string, options: SynthesizeOptions) {
  const rendered = render(specPaths, options);
  const wanted: Files = new Map([...rendered].map(([name, { text }]) => [name, text]));
  const present = presentFiles(outdir, wanted, options);
  const { issues, warnings } = findSharedNames(rendered, keptFiles(wanted, present, outdir, options));
  if (issues.length > 0) throw new SpecError(issues);
  for (const warning of warnings) options.warn?.(warning);
  return { wanted, present };
}

/** Files of releases that are not among the specs, which stay: of what is deleted, names are free again. */
function keptFiles(wanted: Files, present: Files, outdir: string, { keepOtherReleases }: SynthesizeOptions) {
  const releases = new Set([...wanted.values()].map(releaseOf));
  const kept = [...present].filter(([name, text]) => isOwn(name, text) && !releases.has(releaseOf(text)));
  return new Map(
    (keepOtherReleases ? kept : []).map(([name, text]): [string, Source] => [
      name,
      { text, source: join(outdir, name) },
    ]),
  );
}

function render(specPaths: readonly string[], { environments }: SynthesizeOptions): Map<string, Source> {
  const issues: SpecIssue[] = [];
  const files = new Map<string, Source>();
  const specs: ReleaseFile[] = [];
  for (const file of specPaths) {
    try {
      const spec = readReleaseFile(file);
      specs.push(spec);
      for (const [name, text] of renderFile(spec, environments)) {
        const owner = files.get(name)?.source;
        if (owner)
          issues.push({ file, path: 'name', message: `${owner} gives ${name} too; rename one of the releases` });
        files.set(name, { text, source: file });
      }
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      issues.push(...error.issues);
    }
  }
  const known = new Set(specs.flatMap((spec) => [...spec.environments.keys()]));
  // A spec that is not valid may be the one that has it.
  const unknown = issues.length > 0 ? [] : (environments ?? []).filter((name) => !known.has(name));
  const message = (name: string) => noEnvironment(name, known);
  issues.push(...unknown.map((name) => ({ file: specPaths.join(', '), path: '', message: message(name) })));
  if (issues.length > 0) throw new SpecError(issues);
  return files;
}

/** What to say of an environment that is not there. */
export function noEnvironment(name: string, environments: Iterable<string>): string {
  const known = [...environments];
  const near = nearest(name, known);
  const hint = near === undefined ? `it has ${known.join(', ') || 'none'}` : `did you mean "${near}"?`;
  return `has no environment "${name}"; ${hint}`;
}

function renderFile({ release, environments }: ReleaseFile, only: readonly string[] | undefined): [string, string][] {
  const own = only ? [] : [...renderRelease(release)];
  const others = [...environments].filter(([name]) => !only || only.includes(name));
  return [
    ...own,
    ...others.flatMap(([name, spec]) =>
      [...renderRelease(spec, name)].map(([file, text]): [string, string] => [pathOf(name, file), text]),
    ),
  ];
}

/** Files that synthesis wrote and the specs no longer give. */
function extraFiles(wanted: Files, present: Files, { keepOtherReleases = false }: SynthesizeOptions): string[] {
  const releases = new Set([...wanted.values()].map(releaseOf));
  return [...present].flatMap(([name, text]) => {
    if (!isOwn(name, text) || wanted.has(name)) return [];
    return keepOtherReleases && !releases.has(releaseOf(text)) ? [] : [name];
  });
}
