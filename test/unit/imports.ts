import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface Import {
  /** A file of the project from its root, such as `charts/names.ts`, or the name of a package. */
  readonly target: string;
  /** `import type` leaves nothing behind; `import { type X }` loads the module all the same. */
  readonly kind: 'value' | 'type' | 'dynamic';
}

/** TypeScript files of a folder, from the root of the project. */
export function sources(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const STATIC = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

export function importsOf(file: string): Import[] {
  const text = read(file);
  const resolve = (specifier: string) => (specifier.startsWith('.') ? fileOf(file, specifier) : packageOf(specifier));
  return [
    ...[...text.matchAll(STATIC)].map(([, type, specifier = '']): Import => {
      return { target: resolve(specifier), kind: type ? 'type' : 'value' };
    }),
    ...[...text.matchAll(DYNAMIC)].map(
      ([, specifier = '']): Import => ({ target: resolve(specifier), kind: 'dynamic' }),
    ),
  ];
}

const fileOf = (from: string, specifier: string) => normalize(join(dirname(from), specifier)).replace(/\.js$/, '.ts');
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Every file and package that is loaded together with a file: dynamic imports are loaded later, types never. */
export function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  for (const { target, kind } of importsOf(file)) {
    if (kind !== 'value' || seen.has(target)) continue;
    seen.add(target);
    if (target.endsWith('.ts')) loadedWith(target, seen);
  }
  return seen;
}
