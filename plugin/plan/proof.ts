import { type EndpointSlice, type Pod, SERVICE_NAME_LABEL, type ServicePort } from '../core/kubernetes.js';
import { portName, portsOf, protocolOf, resolvePort } from './service-ports.js';
import { isReady, readyEndpoints } from './state.js';

/** Whether a Service's ready endpoints are exactly a set of Pods; what differs, in words, when they are not. */
export type Proof =
  | { readonly holds: true; readonly endpoints: number }
  | { readonly holds: false; readonly why: string };

/**
 * Compares a Service's EndpointSlices with the ready Pods of one color, by Pod UID: an address may be given to another Pod;
 * and, for each of the Service's ports, the number in them with the one that the port leads to in the Pod.
 *
 * No ready Pod is no proof: an empty set would also match a Service without endpoints.
 */
export function proveEndpoints(
  slices: readonly EndpointSlice[],
  service: string,
  pods: readonly Pod[],
  ports: readonly ServicePort[] = [],
): Proof {
  const ready = pods.filter(isReady);
  const endpoints = readyEndpoints(slices, service);
  if (ready.length === 0) return { holds: false, why: 'no Pod is ready' };

  const served = new Set(endpoints.map((endpoint) => endpoint.podUid));
  const missing = ready.filter((pod) => !served.has(pod.metadata.uid)).map((pod) => pod.metadata.name);
  const wanted = new Set(ready.map((pod) => pod.metadata.uid));
  const foreign = endpoints.filter((endpoint) => !wanted.has(endpoint.podUid)).map((endpoint) => endpoint.address);
  const gap = missing.length === 0 && foreign.length === 0 ? portGap(slices, service, ready, ports) : undefined;
  if (missing.length === 0 && foreign.length === 0 && gap === undefined)
    // Where Pods have addresses of both families, each is in two EndpointSlices.
    return { holds: true, endpoints: served.size };

  const parts = [
    missing.length > 0 && `not yet served: ${missing.join(', ')}`,
    foreign.length > 0 && `served but not of this color or not ready: ${foreign.join(', ')}`,
    gap,
  ];
  return { holds: false, why: parts.filter(Boolean).join('; ') };
}

/**
 * The first port that the EndpointSlices do not lead to its number in a Pod, in words. The controller makes a slice for each
 * set of port numbers, and one for each family of addresses; a port without a number is left out of them.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#distribution-of-endpointslices
 */
export function portGap(
  slices: readonly EndpointSlice[],
  service: string,
  pods: readonly Pod[],
  ports: readonly ServicePort[],
): string | undefined {
  if (ports.length === 0) return undefined;
  const own = slices.filter(({ metadata }) => metadata.labels?.[SERVICE_NAME_LABEL] === service);
  const types = [...new Set(own.map(({ addressType }) => addressType))];
  for (const type of types) {
    const ofType = own.filter(({ addressType }) => addressType === type);
    for (const pod of pods) {
      if (!hasAddress(pod, type)) continue;
      const holding = ofType.filter((slice) => holds(slice, pod));
      if (holding.length === 0) return `not yet served by ${type}: ${pod.metadata.name}`;
      for (const port of ports) {
        const why = differs(holding, port, pod);
        if (why !== undefined) return `${portName(service, port)} ${why}`;
      }
    }
  }
  return undefined;
}

const holds = ({ endpoints }: EndpointSlice, { metadata }: Pod) =>
  (endpoints ?? []).some(({ targetRef, conditions }) => targetRef?.uid === metadata.uid && conditions?.ready !== false);

/** A Pod may have addresses of one family only, where the Service has both. */
function hasAddress({ status }: Pod, type: string | undefined): boolean {
  const ips = status?.podIPs?.map(({ ip }) => ip) ?? [];
  if (ips.length === 0 || (type !== 'IPv4' && type !== 'IPv6')) return true;
  return ips.some((ip) => ip.includes(':') === (type === 'IPv6'));
}

function differs(holding: readonly EndpointSlice[], port: ServicePort, pod: Pod): string | undefined {
  const place = `pod "${pod.metadata.name}"`;
  const number = resolvePort(port, pod);
  if (number === undefined)
    return `leads nowhere: ${place} has no port "${port.targetPort}", its ports are ${portsOf(pod)}`;
  const same = holding.flatMap(({ ports }) =>
    (ports ?? []).filter((one) => (one.name ?? '') === (port.name ?? '') && protocolOf(one) === protocolOf(port)),
  );
  if (same.length === 0) return `is not in the EndpointSlices of ${place} yet, want number ${number}`;
  const other = same.find((one) => one.port !== number);
  return other && `leads to number ${other.port ?? '(none)'} of ${place} in the EndpointSlices, want ${number}`;
}
