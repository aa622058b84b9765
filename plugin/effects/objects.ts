import { activeServiceName } from '../../charts/names.js';
import { ApiError, LostRaceError } from '../errors.js';
import type { Deployment, KubernetesObject, Service } from '../kubernetes.js';
import { entryOf, historyAnnotation } from '../plan/history.js';
import { versionOf } from '../plan/image.js';
import { type Operation, operationAnnotation } from '../plan/operation.js';
import { activeColor } from '../plan/state.js';
import { type DeploymentPatch, objectName } from '../plan/steps.js';
import { objectPath, resourcePath } from '../resources.js';
import type { Run } from '../run.js';

/** Server-side apply, in the order given: a Deployment comes after what its Pods need. */
export async function applyObjects(run: Run, objects: readonly KubernetesObject[]): Promise<void> {
  const isDeployment = (object: KubernetesObject) => object.kind === 'Deployment';
  await Promise.all(objects.filter((object) => !isDeployment(object)).map((object) => applyOne(run, object)));
  await Promise.all(objects.filter(isDeployment).map((object) => applyOne(run, object)));
}

async function applyOne(run: Run, object: KubernetesObject): Promise<void> {
  await run.api.apply(objectPath(object, run.namespace), object);
  run.reporter.changed(objectName(object), 'serverside-applied');
}

export async function patchDeployment(run: Run, name: string, patch: DeploymentPatch): Promise<void> {
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
  await run.api.patch<Deployment>(resourcePath('Deployment', run.namespace, name), { spec }, { strategic: true });
  run.reporter.changed(`deployment.apps/${name}`, 'patched');
}

export async function scaleDeployment(run: Run, name: string, replicas: number): Promise<void> {
  await run.api.patch(`${resourcePath('Deployment', run.namespace, name)}/scale`, { spec: { replicas } });
  run.reporter.changed(`deployment.apps/${name}`, 'scaled');
}

/**
 * Creates Services that were absent when observed.
 *
 * @param image - that the color runs which then has the traffic: part of the release's history
 * @throws LostRaceError when one has appeared since: it may carry traffic, so it is left alone
 */
export async function createServices(run: Run, services: readonly KubernetesObject[], image?: string): Promise<void> {
  for (const service of services) {
    try {
      await run.api.create(resourcePath('Service', run.namespace), withInstallRecord(run, service as Service, image));
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
      throw new LostRaceError(`service "${service.metadata.name}" was created by somebody else meanwhile`, {
        cause: error,
      });
    }
    run.reporter.changed(objectName(service), 'created');
  }
}

function withInstallRecord(run: Run, service: Service, image: string | undefined): Service {
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
  const entry = { ...entryOf(operation), toVersion: versionOf(image) };
  const annotations = {
    ...service.metadata.annotations,
    ...operationAnnotation(operation),
    ...historyAnnotation([entry], service),
  };
  return { ...service, metadata: { ...service.metadata, annotations } };
}

/** Puts objects back as they were observed; one that was deleted or made anew since is left alone. */
export async function restoreObjects(run: Run, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects) {
    try {
      await run.api.replace(objectPath(object, run.namespace), object);
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 404 && error.status !== 409)) throw error;
      run.reporter.warn(`${objectName(object)} is not what it was, and left alone: ${error.message}`);
      continue;
    }
    run.reporter.changed(objectName(object), 'restored');
  }
}

export async function deleteObjects(run: Run, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects) {
    try {
      await run.api.delete(objectPath(object, run.namespace));
    } catch (error) {
      // The run may have failed before it made this one.
      if (error instanceof ApiError && error.status === 404) continue;
      throw error;
    }
    run.reporter.changed(objectName(object), 'deleted');
  }
}
