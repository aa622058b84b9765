import type { EndpointSlice, Pod } from '../kubernetes.js';
import { isReady, readyEndpoints } from './state.js';

/** Whether a Service's ready endpoints are exactly a set of Pods; what differs, in words, when they are not. */
export type Proof =
  | { readonly holds: true; readonly endpoints: number }
  | { readonly holds: false; readonly why: string };

/**
 * Compares a Service's EndpointSlices with the ready Pods of one color, by Pod UID: an address may be given to another Pod.
 *
 * No ready Pod at all is no proof: an empty set would also match a Service that serves nobody.
 */
export function proveEndpoints(slices: readonly EndpointSlice[], service: string, pods: readonly Pod[]): Proof {
  const ready = pods.filter(isReady);
  const endpoints = readyEndpoints(slices, service);
  if (ready.length === 0) return { holds: false, why: 'no Pod is ready' };

  const served = new Set(endpoints.map((endpoint) => endpoint.podUid));
  const missing = ready.filter((pod) => !served.has(pod.metadata.uid)).map((pod) => pod.metadata.name);
  const wanted = new Set(ready.map((pod) => pod.metadata.uid));
  const foreign = endpoints.filter((endpoint) => !wanted.has(endpoint.podUid)).map((endpoint) => endpoint.address);
  if (missing.length === 0 && foreign.length === 0) return { holds: true, endpoints: endpoints.length };

  const parts = [
    missing.length > 0 && `not yet served: ${missing.join(', ')}`,
    foreign.length > 0 && `served but not of this color or not ready: ${foreign.join(', ')}`,
  ];
  return { holds: false, why: parts.filter(Boolean).join('; ') };
}
