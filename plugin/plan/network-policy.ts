import type { NetworkPolicy, NetworkPolicyPort, Pod, ServicePort } from '../core/kubernetes.js';
import { matchesLabels } from './label-selector.js';
import { portName, protocolOf, type ResolvedPort, servingContainers } from './service-ports.js';
import type { Plan } from './steps.js';

/** A port of a Service that no NetworkPolicy lets anything reach in a Pod. */
export interface Blocked {
  readonly service: string;
  readonly port: ServicePort;
  readonly number: number;
  readonly pod: Pod;
  /** The policies that select the Pod, none of which admits the port. */
  readonly policies: readonly NetworkPolicy[];
}

/**
 * Ports that the policies of a namespace close to everything. From where a policy admits is not judged: only whether it
 * admits the port from anywhere.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
 */
export function blockedPorts(
  policies: readonly NetworkPolicy[],
  resolved: readonly ResolvedPort[],
  pods: readonly Pod[],
): Blocked[] {
  return pods.flatMap((pod) => {
    const isolating = policies.filter((policy) => isolates(policy, pod));
    if (isolating.length === 0) return [];
    return resolved.flatMap(({ service, port, numbers }): Blocked[] => {
      const number = numbers.get(pod.metadata.uid ?? '');
      if (number === undefined || isolating.some((policy) => admits(policy, pod, port, number))) return [];
      return [{ service, port, number, pod, policies: isolating }];
    });
  });
}

/** A policy without policyTypes is an ingress policy. */
function isolates({ spec }: NetworkPolicy, { metadata }: Pod): boolean {
  const { podSelector = {}, policyTypes } = spec;
  return (policyTypes?.includes('Ingress') ?? true) && matchesLabels(podSelector, metadata.labels);
}

function admits({ spec }: NetworkPolicy, pod: Pod, port: ServicePort, number: number): boolean {
  return (spec.ingress ?? []).some(
    ({ ports = [] }) => ports.length === 0 || ports.some((one) => covers(one, pod, port, number)),
  );
}

function covers(one: NetworkPolicyPort, pod: Pod, port: ServicePort, number: number): boolean {
  if (protocolOf(one) !== protocolOf(port)) return false;
  if (one.port === undefined) return true;
  if (typeof one.port === 'number') return number >= one.port && number <= (one.endPort ?? one.port);
  return servingContainers(pod)
    .flatMap(({ ports = [] }) => ports)
    .some((of) => of.name === one.port && protocolOf(of) === protocolOf(port) && of.containerPort === number);
}

/** Names of the policies that a plan deletes before traffic moves: they stay until the color is verified. */
export const policiesDeletedBy = ({ steps }: Plan): string[] =>
  steps
    .flatMap((step) => (step.kind === 'delete' ? step.objects : []))
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ metadata }) => metadata.name);

/** What is closed, and by which policies. */
export function blockedText({ service, port, number, pod, policies }: Blocked): string {
  const names = policies.map(({ metadata }) => `"${metadata.name}"`).join(', ');
  const which = policies.length === 1 ? `networkpolicy ${names} does` : `networkpolicies ${names} do`;
  return `${which} not admit port ${number} of pod "${pod.metadata.name}", to which ${portName(service, port)} leads`;
}
