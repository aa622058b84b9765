import { COLORS, type Color } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import { type LiveObjects, objectKey } from './manifests.js';
import type { State } from './state.js';
import type { Plan } from './steps.js';

/**
 * That an object is being deleted, and what holds it, as the end of a sentence; undefined while it is not.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
 */
export function deletionOf({ metadata }: KubernetesObject): string | undefined {
  const { deletionTimestamp, finalizers = [] } = metadata;
  if (deletionTimestamp === undefined) return undefined;
  const holders = finalizers.length > 0 ? `; it is held by ${finalizersText(finalizers)}` : '';
  return `is being deleted since ${deletionTimestamp}${holders}`;
}

const finalizersText = (finalizers: readonly string[]) =>
  `${finalizers.length === 1 ? 'finalizer' : 'finalizers'} ${finalizers.join(', ')}`;

/** What of a release is being deleted, a sentence each. */
export function deletions({ active, preview, colorServices, deployments }: State): string[] {
  const services = [active, preview, ...COLORS.map((color) => colorServices[color])];
  return [
    ...services.map((service) => sentence('service', service)),
    ...COLORS.map((color) => sentence('deployment', deployments[color])),
  ].filter((text) => text !== undefined);
}

function sentence(type: string, object: KubernetesObject | undefined): string | undefined {
  const deletion = object && deletionOf(object);
  return deletion && `${type} "${object.metadata.name}" ${deletion}`;
}

/**
 * Refuses a plan that needs what is being deleted: the server takes every change of it, no controller acts on it, and it is
 * gone as soon as its finalizers are.
 *
 * @throws RefusedError naming the object and its finalizers
 */
export function requireKept(plan: Plan, state: State, live: LiveObjects = new Map()): void {
  if (plan.nothingToDo !== undefined) return;
  const { active, colorServices, deployments } = state;
  const colors = active ? changedColors(plan) : COLORS;
  const applied = plan.steps.flatMap((step) => (step.kind === 'apply' ? step.objects : []));
  const needed = [
    sentence('service', active),
    ...colors.flatMap((color) => [
      sentence('deployment', deployments[color]),
      sentence('service', colorServices[color]),
    ]),
    ...applied.map((object) => sentence(object.kind.toLowerCase(), live.get(objectKey(object)))),
  ];
  const found = needed.find((text) => text !== undefined);
  if (found !== undefined) throw new RefusedError(`${found}: run the command again when it is gone`);
}

/** The color that a plan changes, or moves traffic to. */
function changedColors({ idle, steps, from, to }: Plan): Color[] {
  const scaleDown = steps.find((step) => step.kind === 'scale-down');
  const color = scaleDown?.idle ?? idle?.idle ?? (from === to ? undefined : to);
  return color ? [color] : [];
}
