import { readdirSync } from 'node:fs';
import { join } from 'node:path';

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
