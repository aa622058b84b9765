import type { Answer } from './checks/check.js';

/** What a request through the API server's proxy came to. */
export type ProxyAnswer =
  /** The program answered, with whatever status. */
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** The address was reached, and there was no program that answers: nothing listens, or the Service leads nowhere. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The way through the API server is not open: forbidden, or no connection from there to the Pods' network. */
  | { readonly kind: 'closed'; readonly why: string }
  /** The API server itself did not answer as it should: it may the next time. */
  | { readonly kind: 'away'; readonly why: string };

const NOT_REACHED = /^error trying to reach service: (.*)$/s;
/** Words of Kubernetes before 1.19, in plain text. */
const NOT_REACHED_BEFORE = /^Error: '(.*)'\nTrying to reach: /s;
/** The program, or nothing in its place, was there: the words of the operating system. */
const REFUSED = /connection refused|connection reset|broken pipe|\bEOF\b/;
const NO_ENDPOINTS = /^no endpoints available for service|^no service port /;
const FORBIDDEN = /cannot get resource "(services|pods)\/proxy"/;
/** What kubectl proxy answers when it did not reach the API server. */
const NO_SERVER = /\bdial (tcp|unix)\b/;

interface ProxyReply {
  readonly status: number;
  readonly headers: Answer['headers'];
  readonly body: string;
}

/**
 * Tells the API server's own answers from those of the program behind it.
 *
 * @see https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/#manually-constructing-apiserver-proxy-urls
 */
export function proxyAnswer({ status, headers, body }: ProxyReply): ProxyAnswer {
  const said = status >= 400 ? ownWords(body) : undefined;
  const why = said?.message;
  if (why === undefined) {
    const before = status >= 500 ? NOT_REACHED_BEFORE.exec(body)?.[1] : undefined;
    if (before !== undefined) return notReached(before);
    // What the API server passes on begins with a status of the program, never with the words of a dialer.
    if (status >= 500 && NO_SERVER.test(body)) return { kind: 'away', why: body.trim().slice(0, 200) };
    return { kind: 'answer', answer: { status, headers, body } };
  }
  const reason = NOT_REACHED.exec(why)?.[1];
  if (reason !== undefined) return notReached(reason);
  if (NO_ENDPOINTS.test(why)) return { kind: 'refused', why };
  if (status === 403 && FORBIDDEN.test(why)) return { kind: 'closed', why: `forbidden: ${why}` };
  // Credentials that were good before have expired: kubectl gets others.
  if (status === 401) return { kind: 'away', why };
  if (status === 404 && /^(services|pods) "[^"]*" not found$/.test(why)) return { kind: 'refused', why };
  if ((status === 429 || status >= 500) && said?.reason !== undefined && BUSY.has(said.reason))
    return { kind: 'away', why };
  // A Status of a program that speaks as an API server does.
  return { kind: 'answer', answer: { status, headers, body } };
}

const BUSY = new Set(['TooManyRequests', 'Timeout', 'ServerTimeout', 'ServiceUnavailable', 'InternalError']);

function notReached(why: string): ProxyAnswer {
  const words = why.split(': ').slice(-2).join(': ');
  return REFUSED.test(why) ? { kind: 'refused', why: words } : { kind: 'closed', why };
}

function ownWords(body: string): { message?: string; reason?: string } | undefined {
  try {
    const { kind, ...words } = JSON.parse(body) as { kind?: string; message?: string; reason?: string };
    return kind === 'Status' ? words : undefined;
  } catch {
    return undefined;
  }
}
