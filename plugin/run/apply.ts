import { FIELD_MANAGER } from '../../charts/names.js';
import { isConflict, LostRaceError } from '../core/errors.js';
import type { Deployment, KubernetesObject, ManagedFields, Service } from '../core/kubernetes.js';
import { objectPath, resourcePath } from '../kube/resources.js';
import { appliesSpecField } from '../plan/fields/owned.js';
import { takeOver } from '../plan/fields/take-over.js';
import { foreignObject } from '../plan/foreign.js';
import { objectName } from '../plan/steps.js';
import type { Run } from './context.js';

/** Controllers write the status of objects meanwhile: each time everything is read again. */
const MAX_ATTEMPTS = 20;

/**
 * Writes an object's managedFields, in the state in which it was read and in no later one.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#clearing-managedfields
 */
export async function writeManagedFields<T extends KubernetesObject>(
  run: Run,
  live: T,
  managedFields: readonly ManagedFields[] | undefined,
): Promise<T> {
  if (!managedFields) return live;
  const { resourceVersion } = live.metadata;
  return await run.api.patch<T>(objectPath(live, run.namespace), [
    { op: 'replace', path: '/metadata/managedFields', value: managedFields },
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ]);
}

/** Takes over what kubectl and older versions of this plugin wrote. @returns the object as it is then */
export const takeOverFields = <T extends KubernetesObject>(run: Run, live: T): Promise<T> =>
  writeManagedFields(run, live, takeOver(live));

/**
 * A copy of an object that the API server applies to one state of what is there alone. With the resourceVersion without the
 * uid it would make anew what was deleted meanwhile.
 */
export function guarded<T extends KubernetesObject>(object: T, live: KubernetesObject | undefined): T {
  if (!live) return object;
  const { uid, resourceVersion } = live.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
  };
}

/**
 * Server-side apply of an object that is no color's Deployment, over what is there of the release.
 *
 * @throws LostRaceError when an object of another owner has appeared under its name
 */
export async function applyObject(run: Run, object: KubernetesObject): Promise<void> {
  const path = objectPath(object, run.namespace);
  await retryConflicts(async () => {
    const found = await run.api.find<KubernetesObject>(path);
    const isKnown = run.own.has(found?.metadata.uid ?? '');
    const foreign = found && !isKnown && foreignObject(found, run.release);
    if (foreign) throw new LostRaceError(`${foreign}, and was made since this run began`);
    const live = found && (await takeOverFields(run, found));
    await run.api.apply(path, guarded(object, live));
  });
  run.reporter.changed(objectName(object), 'serverside-applied');
}

/** Writes annotations of a Service in the state in which it was read and in no later one; null takes one away. */
export function annotateService(
  run: Run,
  { metadata: { name, uid, resourceVersion } }: Service,
  annotations: Readonly<Record<string, string | null>>,
): Promise<Service> {
  const path = resourcePath('Service', run.namespace, name);
  return run.api.patch<Service>(path, { metadata: { uid, resourceVersion, annotations } });
}

/** How often a record is tried that must not keep a run: fewer than what the run is made for. */
export const RECORD_ATTEMPTS = 6;

/** Tries again from its first read what was refused because the object was written meanwhile. */
export async function retryConflicts<T>(change: () => Promise<T>, attempts = MAX_ATTEMPTS): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!isConflict(error) || attempt >= attempts) throw error;
    }
  }
}

/** Whether this plugin's apply states a Deployment's replicas: leaving them out of the next one would set them to 1. */
export const statesReplicas = (deployment: Deployment): boolean =>
  appliesSpecField(deployment, FIELD_MANAGER, 'replicas');
