import type { Color, ServiceType } from '../names.js';
import { releaseLabels } from '../names.js';
import type { ReleaseSpec } from '../spec/fields.js';

export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

export interface MetadataProps {
  readonly name: string;
  /** @default - the object belongs to both colors */
  readonly color?: Color;
  readonly serviceType?: ServiceType;
  /** @default - only the annotations of the whole release */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Metadata of one object: the spec's labels and annotations, and those that the object itself needs. */
export function objectMetadata(spec: ReleaseSpec, props: MetadataProps): ObjectMetadata {
  const annotations = { ...spec.annotations, ...props.annotations };
  return {
    name: props.name,
    namespace: spec.namespace,
    labels: { ...spec.labels, ...releaseLabels(spec.name, props.color, props.serviceType) },
    annotations: orNone(annotations),
  };
}

/** An empty map or list is left out of an object rather than written as `{}` or `[]`. */
export function orNone<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
