/** The output directory: a release's files in it, those of an environment in a folder of its name. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXTENSION, environmentOf, releaseOf } from './render.js';

/** A file in the output directory that synthesis did not write and would have to replace, or that cannot be written. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** Path of a file in the output directory -> text. */
export type Files = ReadonlyMap<string, string>;

/** The path of a file of an environment, or of none. */
export const pathOf = (environment: string | undefined, name: string): string => join(environment ?? '', name);

/** The files that may be of synthesis, by their extension: of the environments named, else of all and of none. */
export function presentFiles(
  outdir: string,
  wanted: Files,
  { environments }: { readonly environments?: readonly string[] },
): Files {
  const folders = environments ?? ['.', ...[...wanted.keys()].map(dirname), ...subfolders(outdir)];
  return new Map(
    [...new Set(folders)].flatMap((folder) =>
      entries(join(outdir, folder))
        .filter((entry) => !entry.isDirectory() && entry.name.endsWith(EXTENSION))
        .map(({ name }) => name)
        .sort()
        .map((name) => [join(folder, name), readFileSync(join(outdir, folder, name), 'utf8')] as const),
    ),
  );
}

const subfolders = (outdir: string): string[] =>
  entries(outdir)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What may not be read is not of synthesis; where it has to write, it will hear of it.
    if (code === 'ENOENT' || code === 'EACCES') return [];
    if (code === 'ENOTDIR')
      throw new OutputError(`${folder} is not a folder: move it away, or choose another directory`);
    throw error;
  }
}

/** Whether synthesis wrote a file where it is: a folder in the output directory may be that of another synthesis. */
export function isOwn(path: string, text: string): boolean {
  const folder = dirname(path);
  return releaseOf(text) !== undefined && (environmentOf(text) ?? '.') === folder;
}

/** A synthesis that is killed leaves the old file or the new one. @throws OutputError when it cannot be written */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new OutputError(`${path} cannot be written: ${systemWords(cause)}`, { cause });
  }
}

/** What the system says, without the path behind the comma, which is that of a temporary file. */
const systemWords = (cause: unknown) => (cause as Error).message.split(', ')[0];

/** Removes a file, and the folder of its environment when that is empty then. @throws OutputError when it cannot be removed */
export function removeFile(outdir: string, path: string): void {
  try {
    rmSync(join(outdir, path));
  } catch (cause) {
    throw new OutputError(`${join(outdir, path)} cannot be removed: ${systemWords(cause)}`, { cause });
  }
  const folder = dirname(path);
  if (folder !== '.' && entries(join(outdir, folder)).length === 0) rmdirSync(join(outdir, folder));
}
