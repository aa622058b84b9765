import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../core/errors.js';

/** The environments whose synthesized manifests are in a folder: the names of its folders that hold some. */
export function environmentsIn(folder: string): string[] {
  const list = (path: string) => {
    try {
      return readdirSync(path, { withFileTypes: true });
    } catch {
      return [];
    }
  };
  return list(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => list(join(folder, name)).some((file) => file.name.endsWith('.k8s.yaml')))
    .sort();
}

/** The folder of an environment's manifests in a folder of manifests. @throws UsageError when it is not there */
export function environmentFolder(folder: string, environment: string): string {
  const path = join(folder, environment);
  const kind = (of: string) => statSync(of, { throwIfNoEntry: false });
  if (kind(folder)?.isFile())
    throw new UsageError(`"${folder}" is a file: --environment needs the folder that holds those of its environments`);
  if (kind(path)?.isDirectory()) return path;
  const there = environmentsIn(folder);
  const held = there.length > 0 ? `it holds those of ${there.join(', ')}` : 'it holds none';
  throw new UsageError(`"${folder}" holds no manifests of an environment "${environment}": ${held}`);
}
