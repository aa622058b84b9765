import type { Pod } from '../../plugin/core/kubernetes.js';
import { pod } from './cluster-objects.js';

/** A ready Pod of green on a node, with what its spec and its node say of its image. */
export function podOf(name: string, image: string, imageID: string, nodeName = 'n1'): Pod {
  const one = pod('green', name);
  const statuses = one.status?.containerStatuses?.map((status) => ({ ...status, imageID }));
  return {
    ...one,
    spec: { ...one.spec, nodeName, containers: [{ name: 'shop', image }] },
    status: { ...one.status, ...(statuses && { containerStatuses: statuses }) },
  };
}
