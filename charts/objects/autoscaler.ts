import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { deploymentName } from '../names.js';
import type { ColorProps } from './color-deployment.js';
import { objectMetadata } from './metadata.js';

/**
 * Sets a color's number of Pods; nothing without autoscaling.
 *
 * Both colors have the same bounds: the idle one comes to the lower bound by itself, and is never short after a switch.
 */
export class ColorAutoscaler extends Construct {
  constructor(scope: Construct, id: string, { spec, color }: ColorProps) {
    super(scope, id);
    if (!spec.autoscaling) return;
    const { minReplicas, maxReplicas, scaleDownStabilizationSeconds } = spec.autoscaling;
    const name = deploymentName(spec.name, color);
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'HorizontalPodAutoscaler', {
      metadata: objectMetadata(spec, { name, color }),
      spec: {
        scaleTargetRef: { ...k8s.KubeDeployment.GVK, name },
        minReplicas,
        maxReplicas,
        metrics: [
          ...utilization('cpu', spec.autoscaling.averageCpuUtilizationPercent),
          ...utilization('memory', spec.autoscaling.averageMemoryUtilizationPercent),
        ],
        behavior:
          scaleDownStabilizationSeconds === undefined
            ? undefined
            : { scaleDown: { stabilizationWindowSeconds: scaleDownStabilizationSeconds } },
      },
    });
  }
}

function utilization(name: string, averageUtilization: number | undefined): k8s.MetricSpecV2[] {
  if (averageUtilization === undefined) return [];
  return [{ type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization } } }];
}
