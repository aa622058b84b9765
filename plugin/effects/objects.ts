import { activeServiceName } from '../../charts/names.js';
import { ApiError, LostRaceError } from '../errors.js';
import type { Deployment, KubernetesObject, Service } from '../kubernetes.js';
import { entryOf, historyAnnotation, shorten } from '../plan/history.js';
import { versionOf } from '../plan/image.js';
import { type Operation, operationAnnotation } from '../plan/operation.js';
import { activeColor } from '../plan/state.js';
import { type DeploymentPatch, type IdleColor, objectName, type Plan } from '../plan/steps.js';
import { objectPath, resourcePath } from '../resources.js';
import type { Run } from '../run.js';
import { changeIdle, type Precondition, requireNotInstalled } from './change-idle.js';
import { requireIdle } from './fence.js';
import { rememberTemplate } from './template.js';

const isDeployment = (object: KubernetesObject) => object.kind === 'Deployment';

/**
 * Server-side apply, in the order given: a Deployment comes after what its Pods need.
 *
 * @param idle - the color that they are of, or that is prepared next; undefined before the first deploy
 * @throws LostRaceError when that color may have traffic by now
 */
export async function applyObjects(
  run: Run,
  objects: readonly KubernetesObject[],
  idle: IdleColor | undefined,
): Promise<void> {
  await requireNoTraffic(run, idle);
  await Promise.all(objects.filter((object) => !isDeployment(object)).map((object) => applyOne(run, object)));
  for (const object of objects.filter(isDeployment)) {
    const applied = await changeIdle(run, idle, object.metadata.name, (precondition) =>
      run.api.apply(objectPath(object, run.namespace), withPrecondition(object, precondition)),
    );
    run.reporter.changed(objectName(object), 'serverside-applied');
    rememberTemplate(run, applied as Deployment);
  }
}

/** The API server applies an object that has a resourceVersion to that one alone. */
function withPrecondition(object: KubernetesObject, { resourceVersion }: Precondition): KubernetesObject {
  return resourceVersion === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
}

async function requireNoTraffic(run: Run, idle: IdleColor | undefined): Promise<void> {
  await (idle ? requireIdle(run, idle) : requireNotInstalled(run));
}

async function applyOne(run: Run, object: KubernetesObject): Promise<void> {
  await run.api.apply(objectPath(object, run.namespace), object);
  run.reporter.changed(objectName(object), 'serverside-applied');
}

export async function patchDeployment(
  run: Run,
  name: string,
  patch: DeploymentPatch,
  idle: IdleColor | undefined,
): Promise<void> {
  const { image, replicas, revision, strategy } = patch;
  const containers = image && [{ name: image.container, image: image.image }];
  // A template of which something stayed would be neither of the two.
  const template = revision ? { $patch: 'replace', ...revision.template } : containers && { spec: { containers } };
  // A strategy's parameters are replaced as a whole: the server would else keep those of the other type.
  const spec = {
    ...(replicas !== undefined && { replicas }),
    ...(strategy && { strategy: { $retainKeys: Object.keys(strategy), ...strategy } }),
    ...(template && { template }),
  };
  const path = resourcePath('Deployment', run.namespace, name);
  const patched = await changeIdle(run, idle, name, (metadata) =>
    run.api.patch<Deployment>(path, { metadata, spec }, { strategic: true }),
  );
  run.reporter.changed(`deployment.apps/${name}`, 'patched');
  rememberTemplate(run, patched);
}

export async function scaleDeployment(
  run: Run,
  name: string,
  replicas: number,
  idle: IdleColor | undefined,
): Promise<void> {
  const path = `${resourcePath('Deployment', run.namespace, name)}/scale`;
  await changeIdle(run, idle, name, (metadata) => run.api.patch(path, { metadata, spec: { replicas } }));
  run.reporter.changed(`deployment.apps/${name}`, 'scaled');
}

/**
 * Creates Services that were absent when observed.
 *
 * @param plan - for the release's history: the image of the color that has the traffic then, and why a Service is made anew
 * @throws LostRaceError when one has appeared since: it may carry traffic, so it is left alone
 */
export async function createServices(
  run: Run,
  services: readonly KubernetesObject[],
  plan: Pick<Plan, 'image' | 'restores'> = {},
): Promise<void> {
  for (const service of services) {
    try {
      await run.api.create(resourcePath('Service', run.namespace), withInstallRecord(run, service as Service, plan));
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
      throw new LostRaceError(`service "${service.metadata.name}" was created by somebody else meanwhile`, {
        cause: error,
      });
    }
    run.reporter.changed(objectName(service), 'created');
  }
}

function withInstallRecord(run: Run, service: Service, { image, restores }: Pick<Plan, 'image' | 'restores'>): Service {
  if (service.metadata.name !== activeServiceName(run.release)) return service;
  const color = activeColor(service, run.release);
  const operation: Operation = {
    id: run.operationId,
    kind: 'deploy',
    from: color,
    to: color,
    by: run.by,
    at: new Date(run.clock.now()).toISOString(),
    outcome: 'installed',
  };
  const message = restores === undefined ? {} : { message: shorten(restores) };
  const entry = { ...entryOf(operation), toVersion: versionOf(image), ...message };
  const annotations = {
    ...service.metadata.annotations,
    ...operationAnnotation(operation),
    ...historyAnnotation([entry], service),
  };
  return { ...service, metadata: { ...service.metadata, annotations } };
}

/**
 * Puts objects back as they were observed; one that was deleted or made anew since is left alone.
 *
 * @param idle - the color that was prepared; undefined before the first deploy
 * @throws LostRaceError when that color may have traffic by now
 */
export async function restoreObjects(
  run: Run,
  objects: readonly KubernetesObject[],
  idle: IdleColor | undefined,
): Promise<void> {
  await requireNoTraffic(run, idle);
  for (const object of objects) {
    const replace = (precondition: Precondition) =>
      run.api.replace(objectPath(object, run.namespace), withPrecondition(object, precondition));
    try {
      await (isDeployment(object) ? changeIdle(run, idle, object.metadata.name, replace) : replace({}));
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 404 && error.status !== 409)) throw error;
      run.reporter.warn(`${objectName(object)} is not what it was, and left alone: ${error.message}`);
      continue;
    }
    run.reporter.changed(objectName(object), 'restored');
  }
}

/** Deletes what a run made. @throws LostRaceError when it may have traffic by now */
export async function deleteObjects(
  run: Run,
  objects: readonly KubernetesObject[],
  idle: IdleColor | undefined,
): Promise<void> {
  await requireNoTraffic(run, idle);
  for (const object of objects) {
    const erase = (precondition?: Precondition) =>
      run.api.delete(objectPath(object, run.namespace), precondition?.resourceVersion ? precondition : undefined);
    try {
      await (isDeployment(object) ? changeIdle(run, idle, object.metadata.name, erase) : erase());
    } catch (error) {
      // The run may have failed before it made this one.
      if (error instanceof ApiError && error.status === 404) continue;
      throw error;
    }
    run.reporter.changed(objectName(object), 'deleted');
  }
}
