import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CONFIG_CHECKSUM_ANNOTATION } from '../annotations.js';
import { type Color, deploymentName, POLICY_ANNOTATION, releaseLabels, selectorLabels } from '../names.js';
import type { ReleaseSpec } from '../spec/fields.js';
import { replicasOf } from '../spec/replicas.js';
import { configChecksum, configData } from './config-map.js';
import { container } from './container.js';
import { objectMetadata, orNone } from './metadata.js';
import { podOf } from './pod.js';
import { policyText, versionPolicy } from './policy.js';
import { affinity, topologySpread } from './scheduling.js';
import { intOrString } from './values.js';

/** Kubernetes gives a Deployment that makes no progress this long. */
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;

export interface ColorProps {
  readonly spec: ReleaseSpec;
  readonly color: Color;
}

/** The Deployment that runs one color. */
export class ColorDeployment extends Construct {
  constructor(scope: Construct, id: string, { spec, color }: ColorProps) {
    super(scope, id);
    const { maxSurge, maxUnavailable, timeoutSeconds } = spec.rollout;
    new k8s.KubeDeployment(this, 'Deployment', {
      metadata: objectMetadata(spec, {
        name: deploymentName(spec.name, color),
        color,
        annotations: { [POLICY_ANNOTATION]: policyText(versionPolicy(spec)) },
      }),
      spec: {
        replicas: replicasOf(spec, color),
        // Otherwise Kubernetes would call a rollout failed that the spec gives more time.
        progressDeadlineSeconds: timeoutSeconds > DEFAULT_PROGRESS_DEADLINE_SECONDS ? timeoutSeconds : undefined,
        selector: { matchLabels: selectorLabels(spec.name, color) },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: intOrString(maxSurge), maxUnavailable: intOrString(maxUnavailable) },
        },
        template: podTemplate(spec, color),
      },
    });
  }
}

function podTemplate(spec: ReleaseSpec, color: Color): k8s.PodTemplateSpec {
  const config = spec.config.scope === 'color' ? configData(spec, color) : {};
  return {
    metadata: {
      labels: { ...spec.labels, ...releaseLabels(spec.name, color) },
      annotations: orNone({
        ...spec.podAnnotations,
        ...(orNone(config) && { [CONFIG_CHECKSUM_ANNOTATION]: configChecksum(config) }),
      }),
    },
    spec: {
      ...podOf(spec),
      terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
      affinity: affinity(spec, color),
      topologySpreadConstraints: orNone(topologySpread(spec, color)),
      containers: [container(spec, color)],
    },
  };
}
