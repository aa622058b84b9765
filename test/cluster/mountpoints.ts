import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CACHE } from './cluster.js';

/** The folders of the machine that were made to mount on, shared by all clusters. */
const MADE = join(CACHE, 'mount-points.json');

const readMade = () => (existsSync(MADE) ? (JSON.parse(readFileSync(MADE, 'utf8')) as string[]) : []);

/** Makes the folders that do not exist, and remembers which. */
export function makeMountPoints(paths: readonly string[]): void {
  const made = readMade();
  for (const path of paths) {
    const first = mkdirSync(path, { recursive: true });
    if (first !== undefined) {
      made.push(...foldersBetween(first, path));
    }
  }
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(MADE, JSON.stringify(made));
}

/** The deepest first: `/a/b`, `/a`. */
function foldersBetween(first: string, last: string): string[] {
  return last === first ? [last] : [last, ...foldersBetween(first, dirname(last))];
}

/** Removes those that nobody uses any more. */
export function removeMountPoints(): void {
  const tables = mountTables();
  // Removing a folder would take away what another cluster has mounted on it in its own namespace.
  const inUse = (path: string) => tables.some((table) => table.includes(` ${path} `));
  const left = readMade().filter((path) => inUse(path) || !removed(path));
  if (left.length > 0) {
    writeFileSync(MADE, JSON.stringify(left));
  } else {
    rmSync(MADE, { force: true });
  }
}

/** @returns false when something has put files into it */
function removed(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return !existsSync(path);
  }
}

/** What is mounted, in each mount namespace that a process is in. */
function mountTables(): string[] {
  const tables = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/mountinfo`, 'utf8');
      } catch {
        return ''; // It ended meanwhile.
      }
    });
  return [...new Set(tables)];
}
