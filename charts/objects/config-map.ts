import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type Color, configMapName, deploymentName } from '../names.js';
import type { ReleaseSpec } from '../spec/fields.js';
import { objectMetadata } from './metadata.js';

export interface ConfigMapProps {
  readonly spec: ReleaseSpec;
  /** @default - the ConfigMap that both colors share */
  readonly color?: Color;
}

/** The configuration of the release or of one color; nothing if there is none. */
export class ReleaseConfigMap extends Construct {
  constructor(scope: Construct, id: string, { spec, color }: ConfigMapProps) {
    super(scope, id);
    const data = configData(spec, color);
    if (spec.config.scope !== (color ? 'color' : 'shared') || Object.keys(data).length === 0) return;
    const name = color ? configMapName(deploymentName(spec.name, color)) : configMapName(spec.name);
    new k8s.KubeConfigMap(this, 'ConfigMap', { metadata: objectMetadata(spec, { name, color }), data });
  }
}

/** Name of the ConfigMap that a color's Pods read. */
export function configMapNameOf(spec: ReleaseSpec, color: Color): string {
  return configMapName(spec.config.scope === 'color' ? deploymentName(spec.name, color) : spec.name);
}

/** Values that a color's Pods read: the spec's, and over them the color's own. */
export function configData(spec: ReleaseSpec, color: Color | undefined): Record<string, string> {
  return { ...spec.config.data, ...(color && spec.colors[color].config) };
}

/** Changes when the data does, so that Pods that read it through their environment are replaced. */
export function configChecksum(data: Readonly<Record<string, string>>): string {
  const entries = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 16);
}
