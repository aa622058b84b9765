import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  activeServiceName,
  type Color,
  colorServiceName,
  otherColor,
  POLICY_ANNOTATION,
  previewServiceName,
  selectorLabels,
} from '../names.js';
import type { ReleaseSpec } from '../spec/fields.js';
import type { ColorProps } from './color-deployment.js';
import { type ObjectMetadata, objectMetadata } from './metadata.js';
import { policyText, releasePolicy } from './policy.js';

/** The Service of one color, which always leads to it. */
export class ColorService extends Construct {
  constructor(scope: Construct, id: string, { spec, color }: ColorProps) {
    super(scope, id);
    const metadata = objectMetadata(spec, { name: colorServiceName(spec.name, color), color });
    service(this, { spec, color, metadata, type: 'ClusterIP' });
  }
}

/** The Services whose selectors a switch moves: traffic goes through one, tests of the idle color through the other. */
export class TrafficServices extends Construct {
  constructor(scope: Construct, id: string, spec: ReleaseSpec) {
    super(scope, id);
    const active = objectMetadata(spec, {
      name: activeServiceName(spec.name),
      serviceType: 'active',
      annotations: { ...spec.service.annotations, [POLICY_ANNOTATION]: policyText(releasePolicy(spec)) },
    });
    const preview = objectMetadata(spec, { name: previewServiceName(spec.name), serviceType: 'preview' });
    service(this, { spec, color: spec.active, metadata: active, type: spec.service.type });
    service(this, { spec, color: otherColor(spec.active), metadata: preview, type: 'ClusterIP' });
  }
}

interface ServiceProps {
  readonly spec: ReleaseSpec;
  readonly color: Color;
  readonly metadata: ObjectMetadata;
  readonly type: string;
}

function service(scope: Construct, { spec, color, metadata, type }: ServiceProps): void {
  new k8s.KubeService(scope, metadata.name, {
    metadata,
    spec: {
      type,
      selector: selectorLabels(spec.name, color),
      sessionAffinity: 'None',
      ports: spec.ports.flatMap(({ name, servicePort }) => {
        // By name, so that the colors may listen on different ports while one replaces the other.
        const targetPort = k8s.IntOrString.fromString(name);
        return servicePort === undefined ? [] : [{ name, port: servicePort, targetPort, protocol: 'TCP' }];
      }),
    },
  });
}
