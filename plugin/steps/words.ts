import type { Deployment, Job, KubernetesObject, PodTemplate } from '../core/kubernetes.js';
import { objectName } from '../plan/steps.js';

/* Words that several kinds of steps describe themselves with. */

export const imagesIn = ({ spec }: PodTemplate): string => spec.containers.map(({ image }) => image).join(', ');
export const imagesOf = ({ spec }: Deployment | Job): string => imagesIn(spec.template);

export const namesOf = (objects: readonly KubernetesObject[]): string => objects.map(objectName).join(', ');

export function strategyName(strategy: Deployment['spec']['strategy']): string {
  const { maxSurge = '25%', maxUnavailable = '25%' } = strategy?.rollingUpdate ?? {};
  return strategy?.type === 'Recreate' ? 'Recreate' : `maxSurge=${maxSurge},maxUnavailable=${maxUnavailable}`;
}
