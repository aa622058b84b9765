/** Whether the releases of one output directory leave each other's objects alone. */
import { dirname } from 'node:path';
import { environmentOf, objectsIn, releaseOf } from './render.js';
import { type NamedObject, type SharedObject, sharedObjects } from './shared-names.js';
import type { SpecIssue } from './spec/errors.js';

/** The text of a file, and where to change what it says: its spec, or the file itself. */
export interface Source {
  readonly text: string;
  readonly source: string;
}

export interface SharedNames {
  readonly issues: readonly SpecIssue[];
  /** What is shared only if two releases are applied to the same namespace. */
  readonly warnings: readonly string[];
}

interface Release {
  readonly name: string;
  readonly environment: string | undefined;
  readonly source: string;
  readonly objects: NamedObject[];
}

/**
 * Compares each release with those before it, and with those that stay. Environments are clusters or namespaces of
 * their own: only releases of the same one are compared.
 *
 * @param wanted - files by their path in the output directory
 * @param kept - files of other releases that are there and stay
 */
export function findSharedNames(wanted: ReadonlyMap<string, Source>, kept: ReadonlyMap<string, Source>): SharedNames {
  const [own, others] = [releasesOf(wanted), releasesOf(kept)];
  const issues = new Map<string, SpecIssue>();
  const warnings = new Set<string>();
  for (const [index, release] of own.entries()) {
    for (const other of [...own.slice(0, index), ...others]) {
      // One name in two specs gives the same files, which is refused already.
      if (other.environment !== release.environment || other.name === release.name) continue;
      for (const shared of sharedObjects(release.objects, other.objects)) {
        const message = describeShared(shared, other);
        const path = shared.kind === 'ServiceAccount' ? 'serviceAccount' : 'name';
        if (!shared.isCertain) warnings.add(`${release.source}: ${path}: ${message}`);
        // What two releases share in every environment is told once.
        else if (!issues.has(message)) issues.set(message, { file: release.source, path, message });
      }
    }
  }
  return { issues: [...issues.values()], warnings: [...warnings] };
}

function describeShared({ kind, name, namespace, isCertain }: SharedObject, other: Release): string {
  const what = `${kind.toLowerCase()} "${name}" is also made by release "${other.name}" of ${other.source}`;
  if (!isCertain) return `${what}: only one of them names a namespace, so do not apply both to "${namespace}"`;
  const remedy =
    kind === 'ServiceAccount' ? 'set serviceAccount.create: false in one of them' : 'rename one of the releases';
  return `${what}${namespace === undefined ? '' : ` in namespace "${namespace}"`}; ${remedy}`;
}

function releasesOf(files: ReadonlyMap<string, Source>): Release[] {
  const releases = new Map<string, Release>();
  for (const [path, { text, source }] of files) {
    const name = releaseOf(text);
    if (name === undefined) continue;
    const key = JSON.stringify([dirname(path), name, source]);
    const release = releases.get(key) ?? { name, environment: environmentOf(text), source, objects: [] };
    release.objects.push(...objectsIn(text));
    releases.set(key, release);
  }
  return [...releases.values()];
}
