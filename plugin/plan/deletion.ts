import type { KubernetesObject } from '../kubernetes.js';

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
