/** Specs -> files in the output directory. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXTENSION, HEADER, renderRelease } from './render.js';
import { SpecError, type SpecIssue } from './spec/errors.js';
import { readRelease } from './spec/read.js';

/** A file in the output directory that synthesis did not write and would have to replace. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/**
 * Writes what the specs describe, and deletes what earlier specs described: `outdir` holds these specs' files afterwards.
 *
 * Nothing is written unless every spec is valid. Files that synthesis did not write stay as they are.
 *
 * @returns the paths of the files that the specs give, changed or not
 * @throws SpecError when a spec is not valid; OutputError when a file of someone else is in the way
 */
export function synthesize(specPaths: readonly string[], outdir: string): string[] {
  const wanted = render(specPaths);
  const present = presentFiles(outdir);
  for (const name of wanted.keys()) {
    const text = present.get(name);
    if (text !== undefined && !isOurs(text)) {
      throw new OutputError(
        `${join(outdir, name)} was not written by synth: move it away, or choose another directory`,
      );
    }
  }
  mkdirSync(outdir, { recursive: true });
  for (const [name, text] of present) {
    if (isOurs(text) && !wanted.has(name)) rmSync(join(outdir, name));
  }
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
export function checkSynthesized(specPaths: readonly string[], outdir: string): string[] {
  const wanted = render(specPaths);
  const present = presentFiles(outdir);
  const differing = [...wanted].filter(([name, text]) => present.get(name) !== text);
  const extra = [...present].filter(([name, text]) => isOurs(text) && !wanted.has(name));
  return [
    ...differing.map(([name]) => `${join(outdir, name)}: ${present.has(name) ? 'stale' : 'missing'}`),
    ...extra.map(([name]) => `${join(outdir, name)}: extra`),
  ];
}

function render(specPaths: readonly string[]): Map<string, string> {
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

function presentFiles(outdir: string): Map<string, string> {
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

const isOurs = (text: string): boolean => text.startsWith(HEADER);

/** A synthesis that is killed leaves the old file or the new one. */
function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
