import {
  ENDPOINT_SLICE_CONTROLLER,
  type EndpointSlice,
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
} from '../core/kubernetes.js';

/**
 * An EndpointSlice that names a Service but is not kept by Kubernetes' own controller, in words: it goes on sending traffic
 * to the addresses in it whatever the Service selects.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#management
 */
export function foreignSlice(slices: readonly EndpointSlice[], service: string): string | undefined {
  const found = slices.find(
    ({ metadata: { labels } }) =>
      labels?.[SERVICE_NAME_LABEL] === service && labels[MANAGED_BY_LABEL] !== ENDPOINT_SLICE_CONTROLLER,
  );
  if (!found) return undefined;
  const { name, labels } = found.metadata;
  const keeper = labels?.[MANAGED_BY_LABEL];
  return (
    `endpointslice "${name}" has the label ${SERVICE_NAME_LABEL}=${service}, but ` +
    `${keeper ? `is managed by "${keeper}"` : `has no label ${MANAGED_BY_LABEL}`}, not by ${ENDPOINT_SLICE_CONTROLLER}: ` +
    `service "${service}" sends traffic to its ${addresses(found)} whichever color is selected; take the label off it, or remove it`
  );
}

function addresses({ endpoints = [] }: EndpointSlice): string {
  const all = endpoints.flatMap((endpoint) => endpoint.addresses);
  const shown = all.slice(0, 3).join(', ');
  return all.length === 0 ? 'addresses' : `addresses (${shown}${all.length > 3 ? ', …' : ''})`;
}
