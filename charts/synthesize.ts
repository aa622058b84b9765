/** Specs -> files in the output directory. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXTENSION, releaseOf, renderRelease } from './render.js';
import { SpecError, type SpecIssue } from './spec/errors.js';
import { readRelease } from './spec/read.js';

/** A file in the output directory that synthesis did not write and would have to replace. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

export interface SynthesizeOptions {
  /**
   * Leave the files of releases that are not among the specs: for specs that are not all that there are.
   *
   * @default false - the output directory holds these specs' files and no other release's
   */
  readonly keepOtherReleases?: boolean;
}

/**
 * Writes what the specs describe, and deletes what earlier specs described.
 *
 * Nothing is written unless every spec is valid. Files that synthesis did not write stay as they are.
 *
 * @returns the paths of the files that the specs give, changed or not
 * @throws SpecError when a spec is not valid; OutputError when a file of someone else is in the way
 */
export function synthesize(specPaths: readonly string[], outdir: string, options: SynthesizeOptions = {}): string[] {
  const wanted = render(specPaths);
  const present = presentFiles(outdir);
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
  for (const name of extraFiles(wanted, present, options)) rmSync(join(outdir, name));
  for (const [name, text] of wanted) {
    if (present.get(name) !== text) replaceFile(join(outdir, name), text);
  }
  return [...wanted.keys()].map((name) => join(outdir, name));
}

/**
 * Compares the output directory with what the specs give, and writes nothing.
 *
 * @returns `PATH: missing`, `PATH: stale` or `PATH: extra` for each file that synthesize would write or delete
 * @throws SpecError when a spec is not valid
 */
export function checkSynthesized(
  specPaths: readonly string[],
  outdir: string,
  options: SynthesizeOptions = {},
): string[] {
  const wanted = render(specPaths);
  const present = presentFiles(outdir);
  const differing = [...wanted].filter(([name, text]) => present.get(name) !== text);
  const extra = extraFiles(wanted, present, options);
  return [
    ...differing.map(([name]) => `${join(outdir, name)}: ${present.has(name) ? 'stale' : 'missing'}`),
    ...extra.map((name) => `${join(outdir, name)}: extra`),
  ];
}

/** File name -> text. */
type Files = ReadonlyMap<string, string>;

function render(specPaths: readonly string[]): Files {
  const issues: SpecIssue[] = [];
  const files = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const file of specPaths) {
    try {
      for (const [name, text] of renderRelease(readRelease(file))) {
        const owner = owners.get(name);
        if (owner)
          issues.push({ file, path: 'name', message: `${owner} gives ${name} too; rename one of the releases` });
        owners.set(name, file);
        files.set(name, text);
      }
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      issues.push(...error.issues);
    }
  }
  if (issues.length > 0) throw new SpecError(issues);
  return files;
}

function presentFiles(outdir: string): Files {
  const names = entries(outdir).filter((name) => name.endsWith(EXTENSION));
  return new Map(names.sort().map((name) => [name, readFileSync(join(outdir, name), 'utf8')]));
}

function entries(outdir: string): string[] {
  try {
    return readdirSync(outdir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Files that synthesis wrote and the specs no longer give. */
function extraFiles(wanted: Files, present: Files, { keepOtherReleases = false }: SynthesizeOptions): string[] {
  const releases = new Set([...wanted.values()].map(releaseOf));
  return [...present].flatMap(([name, text]) => {
    const release = releaseOf(text);
    if (release === undefined || wanted.has(name)) return [];
    return keepOtherReleases && !releases.has(release) ? [] : [name];
  });
}

/** A synthesis that is killed leaves the old file or the new one. */
function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
