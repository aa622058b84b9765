import type { Deployment, KubernetesObject } from '../core/kubernetes.js';
import { objectName } from '../plan/steps.js';
import { applyObjects } from './actions/objects.js';
import type { StepKind } from './kind.js';
import { imagesOf, strategyName } from './words.js';

/** Applies objects of one color, or objects that both colors share, by server-side apply. */
export const apply: StepKind<'apply'> = {
  describe: ({ objects }) => `apply ${objects.map(describeObject).join(', ')}`,
  summarize: ({ objects }) => ({ objects: objects.map(objectName) }),
  changes: 'color',
  isPartial: true,
  run: (run, { objects }, { plan }) => applyObjects(run, objects, plan.idle),
};

function describeObject(object: KubernetesObject): string {
  if (object.kind !== 'Deployment') return objectName(object);
  const { spec } = object as Deployment;
  const replicas = spec.replicas === undefined ? '' : `, ${spec.replicas} replicas`;
  return `${objectName(object)} (image ${imagesOf(object as Deployment)}${replicas}, ${strategyName(spec.strategy)})`;
}
