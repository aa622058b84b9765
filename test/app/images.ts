import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildGo, goArchitecture } from '../cluster/binaries.js';
import { CACHE } from '../cluster/cluster.js';
import { type Image, imageArchive } from './archive.js';

const engineOps = (version: string, faults?: string): Image => ({
  reference: `engine-ops:${version}`,
  env: { APP_VERSION: version, ...(faults && { FAULTS: faults }) },
});

/** The images that every cluster has from its start. */
export const IMAGES: readonly Image[] = [
  engineOps('v0.1.0'),
  engineOps('v0.2.0'),
  // Pods become ready, only the check of /api/v1/health finds it.
  engineOps('v0.3.0', '/api/v1/health=status:500'),
  // Crashes at its start.
  engineOps('v0.4.0', 'process=exit:1'),
  // Lives, but never becomes ready.
  engineOps('v0.5.0', '/health/ready=status:503;/api/v1/health/ready=status:503'),
  // Passes every check, then crashes.
  engineOps('v0.6.0', 'process=crash-after-ready:5'),
  // A second application.
  { reference: 'storefront:1.0.0', env: { APP_VERSION: '1.0.0' } },
  { reference: 'storefront:1.1.0', env: { APP_VERSION: '1.1.0' } },
];

/** Go's package of each program, and where the image has it. */
const PROGRAMS = { server: 'engine-ops', sleep: 'bin/sleep', cat: 'bin/cat', pause: 'pause' } as const;

/**
 * Writes an archive with images of the sample application, for `load`.
 *
 * ```ts
 * const archive = await writeImageArchive(file, [{ reference: 'engine-ops:v9', env: { APP_VERSION: 'v9', FAULTS: '*=hang' } }]);
 * ```
 *
 * @returns the archive's path
 * @throws ClusterError when Go is missing or the application does not compile
 */
export async function writeImageArchive(path: string, images: readonly Image[]): Promise<string> {
  const programs = await buildPrograms();
  const files = Object.entries(PROGRAMS).map(([name, target]) => ({
    path: target,
    content: readFileSync(join(programs, name)),
    mode: 0o755,
  }));
  const folders = [{ path: 'bin/', content: Buffer.alloc(0), mode: 0o755 }];
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, imageArchive(images, [...folders, ...files], goArchitecture()));
  renameSync(temporary, path);
  return path;
}

/** Compiles the programs that are missing in the cache or older than their sources. @returns the folder that holds them */
export async function buildPrograms(): Promise<string> {
  const folder = join(CACHE, `app-linux-${goArchitecture()}`);
  mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(PROGRAMS)) {
    const sources = readdirSync(join(import.meta.dirname, name)).map((file) => join(import.meta.dirname, name, file));
    const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs));
    const program = join(folder, name);
    if ((statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0) < newest) {
      await buildGo(import.meta.dirname, `./${name}`, program);
    }
  }
  return folder;
}
