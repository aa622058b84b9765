import type { Deployment, Pod } from '../../../../plugin/core/kubernetes.js';
import type {
  ContainerNeeds,
  LimitRange,
  Node,
  PodNeeds,
  Quantities,
  ResourceQuota,
} from '../../../../plugin/plan/capacity/objects.js';
import { deployment, pod } from '../../cluster-objects.js';

export const container = (requests?: Quantities, limits?: Quantities, more: Partial<ContainerNeeds> = {}) => ({
  name: 'shop',
  resources: { ...(requests && { requests }), ...(limits && { limits }) },
  ...more,
});

export const podOf = (requests?: Quantities, limits?: Quantities): PodNeeds => ({
  containers: [container(requests, limits)],
});

/** Green, with Pods that ask for so much. */
export function greenOf(needs: PodNeeds, more: Partial<Deployment['spec']> = {}): Deployment {
  const green = deployment('green', 'v0', more);
  const [own] = green.spec.template.spec.containers;
  const containers = needs.containers.map((one) => ({ ...own, ...one }));
  return { ...green, spec: { ...green.spec, template: { spec: { ...needs, containers } as never } } };
}

export function quota(hard: Quantities, used: Quantities, spec: ResourceQuota['spec'] = {}): ResourceQuota {
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'compute' }, spec, status: { hard, used } };
}

export const limitRange = (defaults: Quantities, defaultRequest: Quantities): LimitRange => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'defaults' },
  spec: { limits: [{ type: 'Pod' }, { type: 'Container', default: defaults, defaultRequest }] },
});

export const node = (name: string, allocatable: Quantities, spec: Node['spec'] = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { zone: name } },
  spec,
  status: { allocatable: { pods: '110', ...allocatable } },
});

/** A Pod on a node that asks for so much. */
export function running(name: string, needs: PodNeeds, more: Parameters<typeof pod>[2] = {}): Pod {
  const one = pod('green', name, more);
  return { ...one, spec: { ...one.spec, ...(needs as object) } };
}
