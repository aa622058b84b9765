import type { Deployment, Pod, Service, ServicePort } from '../core/kubernetes.js';
import { protocolOf, resolvePort } from './service-ports.js';

/**
 * The ports of the active Service for a color whose Pods do not have them: a port leads to where the color's own Service
 * leads by the same name or number, as it did when that version was deployed. Port numbers are the release's, and stay.
 *
 * @returns undefined where every port leads to a port of the color's template, or nothing better is known
 */
export function retargetedPorts(
  { spec: { ports = [] } }: Service,
  own: Service | undefined,
  deployment: Deployment | undefined,
): readonly ServicePort[] | undefined {
  if (!own || !deployment) return undefined;
  const declares = (port: ServicePort) => isDeclared(port, deployment);
  const changed = ports.map((port) => {
    const other = counterpart(port, own.spec.ports ?? [], ports.length === 1);
    if (declares(port) || !other || !declares(other)) return port;
    return { ...port, targetPort: other.targetPort ?? other.port };
  });
  return changed.some((port, index) => port !== ports[index]) ? changed : undefined;
}

/** One alone is the other's counterpart under any name; a port that was added by hand leads where its target port says. */
function counterpart(port: ServicePort, others: readonly ServicePort[], alone: boolean): ServicePort | undefined {
  const [only] = others;
  return (
    others.find(({ name }) => name !== undefined && name === port.name) ??
    others.find((other) => other.port === port.port && protocolOf(other) === protocolOf(port)) ??
    (alone && others.length === 1 ? only : undefined)
  );
}

/** A number that no container declares may be listened on all the same: only a declared one counts as known. */
export function isDeclared(port: ServicePort, { spec }: Deployment): boolean {
  const pod = { spec: spec.template.spec } as Pod;
  const number = resolvePort(port, pod);
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  return containers.some(({ ports = [] }) => ports.some(({ containerPort }) => containerPort === number));
}
