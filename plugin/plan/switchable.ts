import { RefusedError } from '../core/errors.js';
import type { EndpointSlice, Service } from '../core/kubernetes.js';
import { foreignSlice } from './foreign-slices.js';

/** Why a switch of a Service's selector does not move its traffic, or not only to Pods that are ready; undefined where it does. */
export function whyNotSwitchable({ metadata: { name }, spec }: Service): string | undefined {
  if (spec.clusterIP === 'None')
    return (
      `service "${name}" is headless (clusterIP: None): its clients keep the addresses of Pods that DNS gave them, ` +
      'so that changing its selector does not move their traffic'
    );
  if (spec.publishNotReadyAddresses)
    return `service "${name}" has publishNotReadyAddresses: true: it sends traffic also to Pods that are not ready`;
  return undefined;
}

/** @throws RefusedError when traffic that a switch moves would not be where it says */
export function requireSwitchable(service: Service, slices: readonly EndpointSlice[]): void {
  const why = whyNotSwitchable(service);
  if (why !== undefined) throw new RefusedError(`${why}; no traffic is moved through it`);
  requireOwnSlices(slices, service.metadata.name);
}

/** @throws RefusedError when a Service sends traffic to addresses that its selector says nothing about */
export function requireOwnSlices(slices: readonly EndpointSlice[], service: string): void {
  const foreign = foreignSlice(slices, service);
  if (foreign !== undefined) throw new RefusedError(foreign);
}
