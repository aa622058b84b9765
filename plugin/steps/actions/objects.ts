import { activeServiceName, REPLICAS_MANAGER } from '../../../charts/names.js';
import { timestamp } from '../../core/clock.js';
import { ApiError, LostRaceError, RefusedError } from '../../core/errors.js';
import type { Deployment, KubernetesObject, Service } from '../../core/kubernetes.js';
import { objectPath, resourcePath } from '../../kube/resources.js';
import { activeColor } from '../../plan/active-color.js';
import { forApply } from '../../plan/fields/for-apply.js';
import { takeOver, takeOverTemplate } from '../../plan/fields/take-over.js';
import { unstatedFields } from '../../plan/fields/unstated.js';
import { entryOf, historyAnnotation, shorten } from '../../plan/history.js';
import { hashOfTemplate } from '../../plan/identity.js';
import { versionOf } from '../../plan/image.js';
import { deploymentColor } from '../../plan/manifests.js';
import { type Operation, operationAnnotation } from '../../plan/operation.js';
import { patchedDeployment } from '../../plan/patched.js';
import { type DeploymentPatch, type IdleColor, objectName, type Plan } from '../../plan/steps.js';
import { applyObject, guarded, statesReplicas } from '../../run/apply.js';
import { changeIdle, requireNoTraffic } from '../../run/change-idle.js';
import type { Run } from '../../run/context.js';
import { rememberTemplate } from '../../run/template.js';

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
  await Promise.all(objects.filter((object) => !isDeployment(object)).map((object) => applyObject(run, object)));
  for (const object of objects.filter(isDeployment)) await applyDeployment(run, object as Deployment, idle);
}

async function applyDeployment(run: Run, manifest: Deployment, idle: IdleColor | undefined): Promise<void> {
  const path = objectPath(manifest, run.namespace);
  const applied = await changeIdle(run, idle, manifest.metadata.name, async (live) => {
    const handsOver = live && manifest.spec.replicas === undefined && statesReplicas(live);
    const owned = handsOver ? await applyReplicas(run, live, live.spec.replicas ?? 1) : live;
    return await run.api.apply(path, guarded(forApply(manifest, owned), owned));
  });
  run.reporter.changed(objectName(manifest), 'serverside-applied');
  for (const warning of unstatedFields(applied)) run.reporter.warn(warning);
  rememberTemplate(run, applied);
}

/** The number of Pods that no manifest states, as one that another manager applied: it stays when an apply leaves it out. */
function applyReplicas(run: Run, { apiVersion, kind, metadata }: Deployment, replicas: number): Promise<Deployment> {
  const { name, resourceVersion } = metadata;
  const object = { apiVersion, kind, metadata: { name, resourceVersion }, spec: { replicas } } as Deployment;
  return run.api.apply(objectPath(object, run.namespace), object, { manager: REPLICAS_MANAGER });
}

/** Changes a Deployment without a manifest: what is applied is what was applied before, with the change. */
export async function patchDeployment(
  run: Run,
  name: string,
  patch: DeploymentPatch,
  idle: IdleColor | undefined,
): Promise<void> {
  const taken = patch.revision ? takeOverTemplate : takeOver;
  const path = resourcePath('Deployment', run.namespace, name);
  const patched = await changeIdle(
    run,
    idle,
    name,
    async (live) => {
      if (!live) throw new RefusedError(`deployment "${name}" was deleted meanwhile`);
      const { replicas } = patch;
      const scales = replicas !== undefined && !statesReplicas(live);
      const scaled = scales ? await applyReplicas(run, live, replicas) : live;
      const wanted = patchedDeployment(live, scales ? { ...patch, replicas: undefined } : patch);
      return await run.api.apply(path, guarded(forApply(wanted, live), scaled));
    },
    taken,
  );
  run.reporter.changed(`deployment.apps/${name}`, 'patched');
  rememberTemplate(run, patched);
}

/** Sets the replicas of a Deployment whose manifest leaves them out. */
export async function scaleDeployment(
  run: Run,
  name: string,
  replicas: number,
  idle: IdleColor | undefined,
): Promise<void> {
  await changeIdle(run, idle, name, async (live) => {
    if (!live) throw new RefusedError(`deployment "${name}" was deleted meanwhile`);
    return await applyReplicas(run, live, replicas);
  });
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
      throw new LostRaceError(`service "${service.metadata.name}" was created by another run meanwhile`, {
        cause: error,
      });
    }
    run.reporter.changed(objectName(service), 'created');
  }
}

function withInstallRecord(run: Run, service: Service, { image, restores }: Pick<Plan, 'image' | 'restores'>): Service {
  if (service.metadata.name !== activeServiceName(run.release)) return service;
  const color = activeColor(service, run.release);
  const template = run.templates.get(color);
  const operation: Operation = {
    id: run.operationId,
    kind: 'deploy',
    from: color,
    to: color,
    by: run.by,
    at: timestamp(run.clock.wall()),
    outcome: 'installed',
    ...(template && { template: hashOfTemplate(JSON.parse(template)) }),
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

/** Deletes objects of a color that has no traffic, or that both colors share. @throws LostRaceError when it may have traffic by now */
export async function deleteObjects(
  run: Run,
  objects: readonly KubernetesObject[],
  idle: IdleColor | undefined,
): Promise<void> {
  await requireNoTraffic(run, idle);
  for (const object of objects) await deleteObject(run, object, idle);
}

export async function deleteObject(run: Run, object: KubernetesObject, idle: IdleColor | undefined): Promise<void> {
  const { uid } = object.metadata;
  const erase = (resourceVersion?: string) =>
    run.api.delete(objectPath(object, run.namespace), {
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    });
  try {
    if (deploymentColor(object, run.release))
      await changeIdle(run, idle, object.metadata.name, (live) => erase(live?.metadata.resourceVersion));
    else await erase();
  } catch (error) {
    // The run may have failed before it made this one.
    if (error instanceof ApiError && error.status === 404) return;
    throw error;
  }
  run.reporter.changed(objectName(object), 'deleted');
}
