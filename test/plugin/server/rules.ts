import type { Deployment, KubernetesObject, Service } from '../../../plugin/core/kubernetes.js';
import { memberOf } from '../../../plugin/plan/fields/member.js';
import { printKeys } from '../../../plugin/plan/fields/paths.js';
import { fieldShape, type Shape } from '../../../plugin/plan/fields/shape.js';
import { shapeOf } from '../../../plugin/plan/fields/shapes.js';
import { type Cause, invalid, untyped } from './refusals.js';
import { equal, isMap } from './values.js';

/** Some of what the API server requires of the objects of a release. @throws ApiError 422 */
export function requireValid(next: KubernetesObject, live: KubernetesObject | undefined): void {
  const causes = [...rulesOf(next.kind)(next, live), ...identity(next, live)];
  if (causes.length > 0) throw invalid(next, causes);
}

function rulesOf(kind: string): (next: KubernetesObject, live: KubernetesObject | undefined) => Cause[] {
  if (kind === 'Deployment') return (next, live) => deployment(next as Deployment, live as Deployment | undefined);
  if (kind === 'Service') return (next, live) => service(next as Service, live as Service | undefined);
  return kind === 'PodDisruptionBudget' ? budget : () => [];
}

const same = (field: string, value: unknown, before: unknown, why = 'field is immutable'): Cause[] =>
  before === undefined || equal(value, before)
    ? []
    : [{ reason: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` }];

function identity({ metadata }: KubernetesObject, live: KubernetesObject | undefined): Cause[] {
  return metadata.uid === undefined ? [] : same('metadata.uid', metadata.uid, live?.metadata.uid);
}

function deployment({ spec }: Deployment, live: Deployment | undefined): Cause[] {
  const labels = spec.template.metadata?.labels;
  const wanted = spec.selector.matchLabels ?? {};
  // Objects of tests may leave the labels out.
  const isSelected = labels === undefined || Object.entries(wanted).every(([key, value]) => labels[key] === value);
  const mismatch = `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``;
  const ports = spec.template.spec.containers.flatMap((container, index) =>
    duplicates(container.ports, ({ name }) => name, `spec.template.spec.containers[${index}].ports`, 'name'),
  );
  const spread = (spec.template.spec as { topologySpreadConstraints?: { maxSkew?: number }[] })
    .topologySpreadConstraints;
  // An item that is left with its keys alone, since another manager owns it.
  const unskewed = (spread ?? []).flatMap(({ maxSkew }, index): Cause[] => {
    const field = `spec.template.spec.topologySpreadConstraints[${index}].maxSkew`;
    return maxSkew
      ? []
      : [{ reason: 'FieldValueInvalid', field, message: 'Invalid value: 0: must be greater than zero' }];
  });
  return [
    ...unskewed,
    ...same('spec.selector', spec.selector, live?.spec.selector),
    ...(isSelected
      ? []
      : [{ reason: 'FieldValueInvalid' as const, field: 'spec.template.metadata.labels', message: mismatch }]),
    ...duplicates(spec.template.spec.containers, ({ name }) => name, 'spec.template.spec.containers', 'name'),
    ...ports,
  ];
}

function service({ spec }: Service, live: Service | undefined): Cause[] {
  const ports: readonly { name?: string; port: number; protocol?: string }[] = spec.ports ?? [];
  const unnamed = ports.flatMap(({ name }, index): Cause[] =>
    name !== undefined || ports.length < 2
      ? []
      : [{ reason: 'FieldValueRequired', field: `spec.ports[${index}].name`, message: 'Required value' }],
  );
  // Objects that tests put there may have no ports; none is made without them, and none loses them.
  const isLeftOut = live !== undefined && spec.ports === undefined && live.spec.ports === undefined;
  const isPortless = ports.length === 0 && !isLeftOut && spec.clusterIP !== 'None' && spec.type !== 'ExternalName';
  return [
    ...(isPortless ? [{ reason: 'FieldValueRequired' as const, field: 'spec.ports', message: 'Required value' }] : []),
    ...unnamed,
    ...duplicates(ports, ({ name }) => name, 'spec.ports', 'name'),
    ...duplicates(ports, ({ port, protocol = 'TCP' }) => `${port}/${protocol}`, 'spec.ports'),
    ...(spec.clusterIP === undefined
      ? []
      : same('spec.clusterIPs[0]', spec.clusterIP, live?.spec.clusterIP, 'may not change once set')),
  ];
}

function budget(next: KubernetesObject): Cause[] {
  const spec = (next as { spec?: object }).spec ?? {};
  const message = `Invalid value: ${JSON.stringify(spec)}: minAvailable and maxUnavailable cannot be both set`;
  const both = ['minAvailable', 'maxUnavailable'].every((name) => Object.hasOwn(spec, name));
  return both ? [{ reason: 'FieldValueInvalid', field: 'spec', message }] : [];
}

function duplicates<T>(
  items: readonly T[] = [],
  keyOf: (item: T) => string | undefined,
  field: string,
  key?: string,
): Cause[] {
  const seen = new Set<string>();
  return items.flatMap((item, index): Cause[] => {
    const value = keyOf(item);
    if (value === undefined || !seen.has(value)) {
      if (value !== undefined) seen.add(value);
      return [];
    }
    const message = `Duplicate value: ${JSON.stringify(key ? value : item)}`;
    return [{ reason: 'FieldValueDuplicate', field: `${field}[${index}]${key ? `.${key}` : ''}`, message }];
  });
}

/** An apply cannot state two items of the same keys. @throws ApiError 500 */
export function requireTyped(stated: KubernetesObject): void {
  requireNoTwins(stated, shapeOf(stated), '');
}

function requireNoTwins(value: unknown, shape: Shape | undefined, path: string): void {
  if (isMap(value)) {
    for (const [name, inside] of Object.entries(value))
      requireNoTwins(inside, fieldShape(shape, name), `${path}.${name}`);
  }
  if (!Array.isArray(value) || shape?.kind !== 'items') return;
  const seen = new Set<string>();
  for (const item of value) {
    const member = memberOf(item, shape) ?? '';
    const keys = printKeys(JSON.parse(member.slice(2)) as Record<string, unknown>);
    if (seen.has(member)) throw untyped(`${path}: duplicate entries for key ${keys}`);
    seen.add(member);
    requireNoTwins(item, shape.item, `${path}${keys}`);
  }
}
