import type { KubernetesObject } from '../kubernetes.js';
import { objectKey } from './manifests.js';
import type { Step } from './steps.js';

/** What of a plan's undo is about objects that the steps which were begun change: the others are as they were. */
export function undoAfter(undo: readonly Step[], begun: readonly Step[]): Step[] {
  const touched = new Set(begun.flatMap(touchedBy));
  return undo.flatMap((step): Step[] => {
    if (!('objects' in step)) return [step];
    const objects = step.objects.filter((object) => touched.has(objectKey(object)));
    return objects.length > 0 ? [{ ...step, objects }] : [];
  });
}

/** Keys of the objects that a step may change, so that they can have to be put back. */
function touchedBy(step: Step): string[] {
  const objects: KubernetesObject[] = [];
  if ('objects' in step) objects.push(...step.objects);
  if (step.kind === 'create') objects.push(...step.services);
  if (step.kind === 'apply-service') objects.push(step.service);
  if (step.kind === 'migrate') objects.push(step.job);
  const deployments = 'deployment' in step ? [`Deployment/${step.deployment}`] : [];
  return [...objects.map(objectKey), ...deployments];
}
