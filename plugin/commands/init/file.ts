import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { RefusedError } from '../../core/errors.js';

const SCHEMA = 'release.schema.json';

/** The JSON Schema that editors check a spec by: the one that is near it, or the one to be made. */
export interface SchemaPlace {
  readonly path: string;
  readonly exists: boolean;
  /** From the folder of the spec, as its first line names it. */
  readonly reference: string;
}

/** Looks in the folders above the spec, up to the root of its repository. */
export function findSchema(spec: string): SchemaPlace {
  const folder = dirname(resolve(spec));
  const place = (path: string, exists: boolean): SchemaPlace => {
    const reference = relative(folder, path).split(sep).join('/');
    return { path: relative('', path), exists, reference: reference.startsWith('.') ? reference : `./${reference}` };
  };
  for (let at = folder; ; at = dirname(at)) {
    const candidates = [SCHEMA, join('charts', SCHEMA), join('node_modules/kubectl-bluegreen/charts', SCHEMA)];
    const found = candidates.map((name) => join(at, name)).find((path) => existsSync(path));
    if (found !== undefined) return place(found, true);
    if (existsSync(join(at, '.git')) || at === dirname(at)) break;
  }
  return place(join(basename(folder) === 'releases' ? dirname(folder) : folder, SCHEMA), false);
}

/** @throws RefusedError when there is a file already, unless it is to be overwritten */
export function requireAbsent(path: string, overwrite: boolean): void {
  if (overwrite || !existsSync(path)) return;
  throw new RefusedError(`${path} exists already: choose another with --spec, or replace it with --overwrite`);
}

/**
 * Writes a file as a whole: a reader, also after a kill, finds nothing of it or all.
 *
 * @throws RefusedError when it exists by now, unless it is to be overwritten, or cannot be written
 */
export function writeFile(path: string, text: string, overwrite: boolean): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text, { flag: 'wx' });
    if (overwrite) renameSync(temporary, path);
    // A rename would replace a file that was put there since.
    else linkSync(temporary, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') requireAbsent(path, overwrite);
    throw new RefusedError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  } finally {
    if (existsSync(temporary)) rmSync(temporary);
  }
}
