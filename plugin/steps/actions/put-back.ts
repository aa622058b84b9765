import { ApiError, UnreachableError } from '../../core/errors.js';
import { type KubernetesObject, REVISION_ANNOTATION } from '../../core/kubernetes.js';
import { objectPath } from '../../kube/resources.js';
import { forApply } from '../../plan/fields/for-apply.js';
import { putBack } from '../../plan/fields/put-back.js';
import { deploymentColor, recreatable } from '../../plan/manifests.js';
import { sameButRecords } from '../../plan/normalize.js';
import { type IdleColor, objectName, type Step } from '../../plan/steps.js';
import { guarded, retryConflicts, takeOverFields } from '../../run/apply.js';
import { changeIdle, requireNoTraffic } from '../../run/change-idle.js';
import type { Run } from '../../run/context.js';
import { deleteObject } from './objects.js';

/** An object that a run changed and that is not what it was before. */
export interface NotPutBack {
  /** As kubectl names it. */
  readonly object: string;
  readonly why: string;
  /** What puts it back by hand. */
  readonly command: string;
}

export type UndoStep = Step & { kind: 'restore' | 'delete' | 'recreate' };

/**
 * Puts back what a run changed: each object by itself, so that one which the server refuses does not keep the others as
 * they are. A Deployment comes first, since it is what runs.
 *
 * @param idle - the color that was prepared; undefined before the first deploy
 * @returns what could not be put back
 * @throws LostRaceError when that color may have traffic by now: then what it runs is the other run's to decide
 */
export async function undoStep(run: Run, step: UndoStep, idle: IdleColor | undefined): Promise<NotPutBack[]> {
  await requireNoTraffic(run, idle);
  const failures: NotPutBack[] = [];
  const isDeployment = ({ kind }: KubernetesObject) => Number(kind === 'Deployment');
  for (const object of [...step.objects].sort((a, b) => isDeployment(b) - isDeployment(a))) {
    try {
      await undoObject(run, step.kind, object, idle);
    } catch (error) {
      // A signal or a defect is no answer about this object.
      if (!(error instanceof ApiError || error instanceof UnreachableError)) throw error;
      failures.push({ object: objectName(object), why: error.message, command: commandFor(run, step.kind, object) });
    }
  }
  return failures;
}

/** Every object of a step that ended before it came to them. */
export const notTried = (run: Run, { kind, objects }: UndoStep, { message }: Error): NotPutBack[] =>
  objects.map((object) => ({ object: objectName(object), why: message, command: commandFor(run, kind, object) }));

async function undoObject(
  run: Run,
  kind: UndoStep['kind'],
  object: KubernetesObject,
  idle: IdleColor | undefined,
): Promise<void> {
  if (kind === 'delete') return await deleteObject(run, object, idle);
  if (kind === 'recreate') return await recreate(run, object);
  const read = () => run.api.find<KubernetesObject>(objectPath(object, run.namespace));
  if (deploymentColor(object, run.release)) {
    if (isAsItWas(object, await read())) return;
    await changeIdle(run, idle, object.metadata.name, (live) => restore(run, object, live));
  } else
    await retryConflicts(async () => {
      const live = await read();
      if (isAsItWas(object, live)) return;
      await restore(run, object, live && (await takeOverFields(run, live)));
    });
}

/** The run may have failed before it changed this one. */
const isAsItWas = (before: KubernetesObject, live: KubernetesObject | undefined): boolean =>
  live !== undefined && live.metadata.uid === before.metadata.uid && sameButRecords(before, live);

/** One that was deleted or made anew since is left alone. */
async function restore(run: Run, before: KubernetesObject, live: KubernetesObject | undefined): Promise<void> {
  const name = objectName(before);
  if (live?.metadata.uid !== before.metadata.uid)
    return run.reporter.warn(`${name} was ${live ? 'made anew' : 'deleted'} meanwhile, and is left as it is`);
  if (!live) return;
  const { object, left } = putBack(before, live);
  await run.api.apply(objectPath(object, run.namespace), guarded(forApply(object, live), live));
  if (left.length > 0) run.reporter.warn(`${name}: left as it is, since it was changed meanwhile: ${left.join(', ')}`);
  run.reporter.changed(name, 'restored');
}

async function recreate(run: Run, object: KubernetesObject): Promise<void> {
  const live = await run.api.find<KubernetesObject>(objectPath(object, run.namespace));
  if (live) return;
  await run.api.apply(objectPath(object, run.namespace), recreatable(object));
  run.reporter.changed(objectName(object), 'created');
}

function commandFor({ namespace }: Run, kind: UndoStep['kind'], { kind: what, metadata }: KubernetesObject): string {
  const name = `${what.toLowerCase()}/${metadata.name} --namespace=${namespace}`;
  if (kind === 'delete') return `kubectl delete ${name}`;
  const revision = what === 'Deployment' ? revisionOf(metadata.annotations) : undefined;
  if (kind === 'restore' && revision) return `kubectl rollout undo ${name} --to-revision=${revision}`;
  return `kubectl edit ${name}`;
}

const revisionOf = (annotations: Record<string, string> | undefined) => annotations?.[REVISION_ANNOTATION];
