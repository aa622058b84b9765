import { join } from 'node:path';
import { APP_LABEL } from '../../charts/names.js';
import { UsageError } from '../core/errors.js';
import { environmentFolder, environmentsIn } from '../manifests/environments.js';
import { type Invocation, listFlag, stringFlag } from './invocation.js';

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** What --environment names. @throws UsageError when it could not be the name of an environment */
export function environmentFlag(invocation: Invocation): string | undefined {
  const name = stringFlag(invocation, 'environment');
  if (name === undefined || NAME.test(name)) return name;
  throw new UsageError(`invalid environment "${name}": want lower case letters, digits or "-", at most 63`);
}

/**
 * The namespace that the synthesized manifests of --environment name; undefined without the flag.
 *
 * @throws UsageError when there are no manifests of it for the release
 */
export async function environmentNamespace(invocation: Invocation, release: string): Promise<string | undefined> {
  const environment = environmentFlag(invocation);
  if (environment === undefined) return undefined;
  const folder = environmentFolder(stringFlag(invocation, 'output-dir') ?? 'dist', environment);
  const [{ readManifests }, { allObjects, manifestNamespace, sortManifests }] = await Promise.all([
    import('../manifests/files.js'),
    import('../plan/manifests.js'),
  ]);
  return manifestNamespace(allObjects(sortManifests(readManifests([folder]), release, folder)));
}

/**
 * Keeps what is for no environment out of the namespace of one.
 *
 * @param namespace - where the manifests of -f are to be applied, which name none themselves
 * @throws UsageError when that is the namespace of an environment whose manifests are beside them
 */
export async function requireNoEnvironment(invocation: Invocation, release: string, namespace: string): Promise<void> {
  if (environmentFlag(invocation) !== undefined) return;
  const { readManifests } = await import('../manifests/files.js');
  for (const folder of listFlag(invocation, 'filename'))
    for (const environment of environmentsIn(folder)) {
      const objects = readManifests([join(folder, environment)]);
      const own = objects.filter(({ metadata }) => metadata.labels?.[APP_LABEL] === release);
      if (!own.some(({ metadata }) => metadata.namespace === namespace)) continue;
      throw new UsageError(
        `namespace "${namespace}" is that of environment ${environment}, and the manifests in "${folder}" are of none: ` +
          `pass --environment=${environment}`,
      );
    }
}
