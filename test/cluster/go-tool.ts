import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildGo, goArchitecture } from './binaries.js';
import { CACHE } from './cluster.js';
import { ClusterError } from './report.js';

/**
 * The program that a folder's go.mod names as its one tool, built once for each version into the user's cache.
 *
 * @param folder - of the Go module that pins it
 * @throws ClusterError when the folder pins none, or with the compiler's words
 */
export async function goTool(folder: string): Promise<string> {
  const pins = readFileSync(join(folder, 'go.mod'), 'utf8');
  const tool = /^tool (\S+)$/m.exec(pins)?.[1];
  const required = [...pins.matchAll(/^\s*(\S+) (v\S+)(?: \/\/ indirect)?$/gm)];
  const version = required.find(([, module]) => tool?.startsWith(`${module}/`))?.[2];
  if (tool === undefined || version === undefined) throw new ClusterError(`${folder}/go.mod pins no tool`);
  return goProgram({ folder, goPackage: tool, name: basename(tool), state: version });
}

/**
 * A program of a Go module, of which the user's cache keeps one for each state of its sources.
 *
 * @throws ClusterError with the compiler's words
 */
export async function goProgram({ folder, goPackage, name, state }: GoProgram): Promise<string> {
  const home = join(CACHE, `${name}-${state}-linux-${goArchitecture()}`);
  const path = join(home, name);
  if (existsSync(path)) return path;
  mkdirSync(home, { recursive: true });
  await buildGo(folder, goPackage, path);
  return path;
}

interface GoProgram {
  /** Of the Go module. */
  readonly folder: string;
  readonly goPackage: string;
  readonly name: string;
  /** A version, or a hash of the sources. */
  readonly state: string;
}
