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

/** Keys of the objects that a step changes and an undo puts back: what it makes of Services or Jobs stays. */
function touchedBy(step: Step): string[] {
  if ('objects' in step) return step.objects.map(objectKey);
  if (step.kind === 'apply-service') return [objectKey(step.service)];
  return 'deployment' in step ? [`Deployment/${step.deployment}`] : [];
}
