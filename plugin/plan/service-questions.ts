import type { HttpCheck, PodCheck } from '../../charts/policy.js';
import type { Pod, ServicePort } from '../core/kubernetes.js';
import { isHttp } from './checks/kinds.js';
import { isTcp, portName, resolvePort } from './service-ports.js';

/** What is asked through a Service: the path of a check of the Pods' port that a port of it leads to. */
export interface ServiceQuestion {
  readonly service: string;
  readonly port: ServicePort;
  /** The port of the Pods. */
  readonly number: number;
  readonly check: HttpCheck;
}

/** What a Service answered through the API server. */
export type ServiceAnswer =
  | { readonly kind: 'passed'; readonly ms: number }
  /** An answer that the check does not accept. */
  | { readonly kind: 'failed'; readonly why: string }
  /** The Service leads nowhere, or nothing listens where it leads. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The way through the API server is not open, which says nothing about the Service. */
  | { readonly kind: 'closed'; readonly why: string }
  /** The API server did not answer as it should. */
  | { readonly kind: 'away'; readonly why: string };

export interface Questions {
  readonly questions: readonly ServiceQuestion[];
  /** Ports that cannot be asked, and why. */
  readonly notAsked: readonly string[];
}

/**
 * What can be asked through a Service, for each of its ports.
 *
 * @param pod - one of those that the Service leads to
 * @param port - that checks ask which name none
 */
export function serviceQuestions(
  service: string,
  ports: readonly ServicePort[],
  pod: Pod,
  checks: readonly PodCheck[],
  port: number,
): Questions {
  const questions: ServiceQuestion[] = [];
  const notAsked: string[] = [];
  for (const one of ports) {
    const number = resolvePort(one, pod);
    const check = number === undefined ? undefined : httpCheckOf(checks, port, number);
    if (!isTcp(one)) notAsked.push(`${portName(service, one)}: the API server's proxy speaks TCP alone`);
    else if (number === undefined || check === undefined)
      notAsked.push(`${portName(service, one)}: no HTTP check asks port ${number ?? one.targetPort} of the Pods`);
    else questions.push({ service, port: one, number, check });
  }
  return { questions, notAsked };
}

/** The first HTTP check of a port; metrics are long, and asked only where nothing else is. */
export function httpCheckOf(checks: readonly PodCheck[], port: number, number: number): HttpCheck | undefined {
  const asking = checks.filter(isHttp).filter((check) => (check.port ?? port) === number);
  return asking.find(({ metrics }) => metrics === undefined) ?? asking[0];
}

/** `GET /health of service "shop-active", port 80 (http)`. */
export const questionText = ({ service, port, check }: ServiceQuestion): string =>
  `GET ${check.path} of ${portName(service, port)}`;

/**
 * What the API server takes for itself, or sets anew: with them it would refuse, or take another user for this one.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/
 */
const OWN_HEADERS = /^(authorization|host|connection|upgrade|cookie|impersonate-.*|x-remote-.*|x-forwarded-.*)$/i;

/** The headers of a check that can be sent through the API server. */
export function proxyHeaders({ requestHeaders = {} }: HttpCheck): Record<string, string> {
  return Object.fromEntries(Object.entries(requestHeaders).filter(([name]) => !OWN_HEADERS.test(name)));
}
