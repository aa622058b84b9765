import { type Color, colorServiceName, previewServiceName } from '../../charts/names.js';
import type { Attempts, TcpCheck } from '../../charts/policy.js';
import { RefusedError } from '../core/errors.js';
import type { Pod, Service, ServicePort } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { podChecks } from '../plan/checks/kinds.js';
import {
  isTcp,
  portName,
  type ResolvedPort,
  resolvePorts,
  servicesText,
  unresolvedPort,
} from '../plan/service-ports.js';
import type { TrafficService } from '../plan/traffic-service.js';
import type { Run } from '../run/context.js';
import { checkedPorts } from './ask-pods.js';
import type { Subject } from './subject.js';

/** A Service whose ports must lead to ports of Pods. */
export interface PortSubject {
  readonly service: string;
  readonly ports: readonly ServicePort[];
  /** Traffic does not depend on it: that a port leads nowhere is told, and refuses nothing. */
  readonly isOptional?: boolean;
}

/** Reads the Services that lead to a color, or are going to. */
export async function readSubjects(
  run: Run,
  color: Color,
  traffic: TrafficService | undefined,
): Promise<{ readonly own: Service | undefined; readonly subjects: readonly PortSubject[] }> {
  const find = (name: string) => run.api.find<Service>(resourcePath('Service', run.namespace, name));
  const [own, active, preview] = await Promise.all([
    find(colorServiceName(run.release, color)),
    traffic && (traffic.ports === undefined ? find(traffic.name) : undefined),
    // Nothing depends on it.
    traffic && find(previewServiceName(run.release)).catch(() => undefined),
  ]);
  const subjects: PortSubject[] = [];
  if (traffic) subjects.push({ service: traffic.name, ports: traffic.ports ?? active?.spec.ports ?? [] });
  for (const one of [own, preview])
    if (one) subjects.push({ service: one.metadata.name, ports: one.spec.ports ?? [], isOptional: one === preview });
  return { own, subjects };
}

/**
 * Finds the port of each Pod that each port of the Services leads to.
 *
 * @throws RefusedError when one leads nowhere: its requests would fail, although every Pod is ready
 */
export function requireServicePorts(run: Run, subjects: readonly PortSubject[], pods: readonly Pod[]): ResolvedPort[] {
  return subjects.flatMap(({ service, ports, isOptional }) => {
    const resolved = resolvePorts(service, ports, pods);
    const why = unresolvedPort(resolved, pods);
    if (why === undefined) return isOptional ? [] : resolved;
    if (!isOptional) throw new RefusedError(`${why}; every request to that port would fail`);
    run.reporter.warn(why);
    return [];
  });
}

/** How often and how far apart a port is asked that no check is about. */
const ATTEMPTS: Omit<Attempts, 'name'> = { timeoutSeconds: 5, retries: 3, intervalSeconds: 1 };

/** A TCP check for each port that Services lead to in a Pod and that neither a check nor this run has asked yet. */
export function portChecks(
  run: Run,
  resolved: readonly ResolvedPort[],
  { checks, port }: Pick<Subject, 'checks' | 'port'>,
): (pod: Pod) => TcpCheck[] {
  const [first] = podChecks(checks);
  const attempts = first ? { ...ATTEMPTS, retries: first.retries, intervalSeconds: first.intervalSeconds } : ATTEMPTS;
  const checked = checkedPorts(podChecks(checks), port);
  return ({ metadata: { uid = '' } }) => {
    const asked = new Set([...checked, ...(run.reached.get(uid) ?? [])]);
    const numbers = new Set(resolved.filter(({ port }) => isTcp(port)).map(({ numbers }) => numbers.get(uid)));
    return [...numbers]
      .filter((number) => number !== undefined && !asked.has(number))
      .map((number) => ({
        ...attempts,
        name: servicesText(resolved, uid, number as number),
        tcp: { port: number as number },
      }));
  };
}

/** Ports that a tunnel cannot ask. */
export const unaskable = (resolved: readonly ResolvedPort[]): string[] =>
  resolved
    .filter(({ port }) => !isTcp(port))
    .map(({ service, port }) => `${portName(service, port)}: port-forward takes TCP alone`);
