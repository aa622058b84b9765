import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { deploymentName, selectorLabels } from '../names.js';
import type { ColorProps } from './color-deployment.js';
import { objectMetadata } from './metadata.js';
import { intOrString } from './values.js';

/** Limits how many Pods of a color are evicted at a time; one for both would let a drain take the whole active color. */
export class ColorDisruptionBudget extends Construct {
  constructor(scope: Construct, id: string, { spec, color }: ColorProps) {
    super(scope, id);
    if (!spec.podDisruptionBudget) return;
    const { minAvailable, maxUnavailable } = spec.podDisruptionBudget;
    new k8s.KubePodDisruptionBudget(this, 'PodDisruptionBudget', {
      metadata: objectMetadata(spec, { name: deploymentName(spec.name, color), color }),
      spec: {
        selector: { matchLabels: selectorLabels(spec.name, color) },
        minAvailable: minAvailable === undefined ? undefined : intOrString(minAvailable),
        maxUnavailable: maxUnavailable === undefined ? undefined : intOrString(maxUnavailable),
        // A broken idle color must not keep a node from being drained.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}
