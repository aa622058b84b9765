import type { Agent, ClientRequest } from 'node:http';
import { got, RequestError } from 'got';
import type { HttpCheck } from '../../charts/policy.js';
import { limitTime } from '../core/timeout.js';
import { PortClosedError, TunnelError } from '../kube/tunnel-error.js';
import type { Answer } from '../plan/checks/check.js';

const MAX_BODY_BYTES = 1024 * 1024;
/** Metrics of a busy application are longer than what a person reads. */
const MAX_METRICS_BYTES = 16 * MAX_BODY_BYTES;
/** Such as 103 Early Hints, which come before the answer, once or twice. */
const MAX_INTERIM_ANSWERS = 10;
/** Without it some answer in OpenMetrics or as protocol buffers. */
const METRICS_FORMAT = 'text/plain;version=0.0.4';

export type Probe =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly ms: number }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Asks one Pod one thing, bounded in time and bytes: no redirect is followed, no body past 1 MiB (metrics: 16 MiB) is read.
 *
 * @returns the answer, and the milliseconds from when a connection was there to the last byte: those of the Pod, without
 *   what it takes to open a tunnel
 * @throws TunnelError when the Pod was not reached, which says nothing about it
 */
export async function probe(agent: Agent, check: HttpCheck, port: number, signal: AbortSignal): Promise<Probe> {
  const maxBytes = check.metrics ? MAX_METRICS_BYTES : MAX_BODY_BYTES;
  const limit = limitTime(check.timeoutSeconds * 1000);
  let started = performance.now();
  const request = got.stream(`http://localhost:${check.port ?? port}${check.path}`, {
    agent: { http: agent },
    headers: {
      'user-agent': 'kubectl-bluegreen',
      ...(check.metrics && { accept: METRICS_FORMAT }),
      ...check.requestHeaders,
    },
    throwHttpErrors: false,
    followRedirect: false,
    decompress: false,
    retry: { limit: 0 },
    signal: AbortSignal.any([signal, limit.signal]),
  });
  request.once('request', (sent: ClientRequest) => {
    sent.once('socket', () => {
      started = performance.now();
    });
    let interim = 0;
    sent.on('information', () => {
      if (++interim > MAX_INTERIM_ANSWERS)
        request.destroy(new Error(`more than ${MAX_INTERIM_ANSWERS} interim answers`));
    });
    // got waits for ever after a protocol switch that it did not ask for.
    sent.once('upgrade', (_, socket) => {
      socket.destroy();
      request.destroy(new Error('the server changes to another protocol'));
    });
  });
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes) return { kind: 'failed', why: `body is larger than ${maxBytes} bytes` };
    }
    const { statusCode = 0, headers = {} } = request.response ?? {};
    const answer = { status: statusCode, headers, body: Buffer.concat(chunks).toString() };
    return { kind: 'answer', answer, ms: Math.round(performance.now() - started) };
  } catch (error) {
    signal.throwIfAborted();
    if (limit.signal.aborted) return { kind: 'failed', why: `no complete answer in ${check.timeoutSeconds}s` };
    return { kind: 'failed', why: failure(error) };
  } finally {
    limit.stop();
    request.destroy();
  }
}

function failure(error: unknown): string {
  const cause = error instanceof RequestError ? error.cause : error;
  if (cause instanceof TunnelError) {
    if (cause instanceof PortClosedError) return cause.message;
    throw cause;
  }
  if (error instanceof RequestError) return error.message;
  throw error;
}
