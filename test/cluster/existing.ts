import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { IMAGES, writeImageArchive } from '../app/images.js';
import { CACHE } from './cluster.js';
import { ClusterError, report } from './report.js';

/** BLUEGREEN_TEST_CONTEXT: the context of a cluster that someone else made, used instead of one of our own. */
export function existingContext(): string | undefined {
  return process.env.BLUEGREEN_TEST_CONTEXT || undefined;
}

/** A kubeconfig with this context only, written by `up`. */
export function existingKubeconfig(context: string): string {
  return join(CACHE, 'context', encodeURIComponent(context), 'kubeconfig');
}

/**
 * Checks the cluster, writes a kubeconfig that holds nothing else, and loads the sample application's images.
 *
 * @returns the kubeconfig's path
 * @throws ClusterError when kubectl does not know the context or the cluster does not answer
 */
export async function useExisting(context: string): Promise<string> {
  const kubectl = async (...args: string[]) => {
    const { exitCode, stdout, stderr, message } = await execa('kubectl', ['--context', context, ...args], {
      reject: false,
    });
    if (exitCode !== 0) {
      throw new ClusterError(`context "${context}": ${stderr?.trim() || message}`);
    }
    return stdout;
  };
  const kubeconfig = await kubectl('config', 'view', '--minify', '--flatten', '--raw');
  await kubectl('get', '--raw=/readyz', '--request-timeout=10s');
  const path = existingKubeconfig(context);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, kubeconfig, { mode: 0o600 });
  await loadIntoExisting(context, await writeImageArchive(join(dirname(path), 'images.tar'), IMAGES));
  return path;
}

/** How each tool names its contexts, and its command that imports an archive. */
const LOADERS: readonly [prefix: RegExp, command: (name: string, archive: string) => [string, ...string[]]][] = [
  [/^kind-(.+)/, (name, archive) => ['kind', 'load', 'image-archive', archive, '--name', name]],
  [/^k3d-(.+)/, (name, archive) => ['k3d', 'image', 'import', archive, '--cluster', name]],
  [/^(minikube.*)/, (name, archive) => ['minikube', 'image', 'load', archive, '--profile', name]],
];

/** @throws ClusterError when the tool that made the cluster is not known or fails */
export async function loadIntoExisting(context: string, archive: string): Promise<void> {
  const [file, ...args] = loaderOf(context, archive);
  report(`${file} ${args.join(' ')}`);
  const { exitCode, stderr, message } = await execa(file, args, { reject: false, stdin: 'ignore' });
  if (exitCode !== 0) {
    throw new ClusterError(`${file} cannot load "${archive}": ${stderr?.trim() || message}`);
  }
}

function loaderOf(context: string, archive: string): [string, ...string[]] {
  for (const [prefix, command] of LOADERS) {
    const name = prefix.exec(context)?.[1];
    if (name !== undefined) {
      return command(name, archive);
    }
  }
  throw new ClusterError(`cannot load images into context "${context}": it is none of kind-NAME, k3d-NAME, minikube`);
}
