import type { Container, HttpProbe, Pod, ServicePort } from '../core/kubernetes.js';

/** A port of a Service, and the number that it leads to in each Pod. */
export interface ResolvedPort {
  readonly service: string;
  readonly port: ServicePort;
  /** By Pod UID; undefined where it leads nowhere. */
  readonly numbers: ReadonlyMap<string, number | undefined>;
}

/** TCP where it is left out. */
export const protocolOf = ({ protocol }: { protocol?: string | null }): string => protocol || 'TCP';
export const isTcp = (port: ServicePort): boolean => protocolOf(port) === 'TCP';

/**
 * The port of a Pod that a Service's port leads to; undefined when no container has a port of that name and protocol.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/endpointslice/util/endpointset.go and FindPort beside it
 */
export function resolvePort(port: ServicePort, pod: Pod): number | undefined {
  const target = port.targetPort || port.port;
  if (typeof target === 'number') return target;
  const named = servingContainers(pod)
    .flatMap(({ ports = [] }) => ports)
    .find((one) => one.name === target && protocolOf(one) === protocolOf(port));
  return named?.containerPort;
}

export function resolvePorts(service: string, ports: readonly ServicePort[], pods: readonly Pod[]): ResolvedPort[] {
  return ports.map((port) => ({
    service,
    port,
    numbers: new Map(pods.map((pod) => [pod.metadata.uid ?? '', resolvePort(port, pod)])),
  }));
}

/** Which port of a Service leads to nothing in which Pod, and what that Pod has; undefined when every port leads somewhere. */
export function unresolvedPort(resolved: readonly ResolvedPort[], pods: readonly Pod[]): string | undefined {
  for (const { service, port, numbers } of resolved) {
    const pod = pods.find(({ metadata }) => numbers.get(metadata.uid ?? '') === undefined);
    if (pod)
      return (
        `${portName(service, port)} leads to port "${port.targetPort}", which pod "${pod.metadata.name}" does not have: ` +
        `its ports are ${portsOf(pod)}`
      );
  }
  return undefined;
}

/** Where a port of a Service leads: part of a promotion's evidence. */
export interface PortEvidence {
  readonly service: string;
  readonly port: number;
  readonly protocol: string;
  /** Ports of the Pods: one, if all of them listen on the same. */
  readonly targets: readonly number[];
}

export const portEvidence = ({ service, port, numbers }: ResolvedPort): PortEvidence => ({
  service,
  port: port.port,
  protocol: protocolOf(port),
  targets: [...new Set(numbers.values())].filter((number) => number !== undefined),
});

/** `service "shop-active", port 80 (http)`. */
export function portName(service: string, port: ServicePort): string {
  const protocol = isTcp(port) ? '' : `/${port.protocol}`;
  return `service "${service}", port ${port.port}${protocol}${port.name ? ` (${port.name})` : ''}`;
}

/** `http (3000), metrics (9100/UDP)`, in the containers' order. */
export function portsOf(pod: Pod): string {
  const texts = servingContainers(pod)
    .flatMap(({ ports = [] }) => ports)
    .map((one) => {
      const number = `${one.containerPort}${protocolOf(one) === 'TCP' ? '' : `/${one.protocol}`}`;
      return one.name ? `${one.name} (${number})` : number;
    });
  return texts.join(', ') || 'none';
}

/** Sidecars are init containers that go on running. */
export function servingContainers({ spec }: Pod): Container[] {
  return [...spec.containers, ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')];
}

/**
 * The ports that the kubelet has asked at a Pod's own address: those of the readiness and startup probes of a Pod that is
 * ready. A program that listens on 127.0.0.1 alone does not pass them.
 */
export function probedPorts(pod: Pod): Set<number> {
  const ports = servingContainers(pod).flatMap((container) =>
    [container.readinessProbe, container.startupProbe].map((probe) => probedPort(probe, container)),
  );
  return new Set(ports.filter((port) => port !== undefined));
}

function probedPort(probe: HttpProbe | undefined, { ports = [] }: Container): number | undefined {
  const handler = probe?.httpGet ?? probe?.tcpSocket ?? probe?.grpc;
  // Another host than the Pod says nothing about it.
  if (!handler || ('host' in handler && handler.host)) return undefined;
  return typeof handler.port === 'number'
    ? handler.port
    : ports.find(({ name }) => name === handler.port)?.containerPort;
}

/** The Services and ports that lead to a port of a Pod: `services shop-active:9090, shop-green:9090`. */
export function servicesText(resolved: readonly ResolvedPort[], uid: string, number: number): string {
  const names = resolved
    .filter(({ port, numbers }) => isTcp(port) && numbers.get(uid) === number)
    .map(({ service, port }) => `${service}:${port.port}`);
  return `${names.length > 1 ? 'services' : 'service'} ${names.join(', ')}`;
}
