import type { Agent } from 'node:http';
import { got, RequestError, TimeoutError } from 'got';
import type { Check } from '../../charts/policy.js';
import type { Answer } from '../plan/check.js';
import { TunnelError } from './portforward.js';

const MAX_BODY_BYTES = 1024 * 1024;

export type Probe =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly ms: number }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Asks one Pod one thing, bounded in time and bytes: no redirect is followed, no body past 1 MiB is read.
 *
 * @throws TunnelError when the Pod was not reached, which says nothing about it
 */
export async function probe(agent: Agent, check: Check, port: number, signal: AbortSignal): Promise<Probe> {
  const started = performance.now();
  const request = got.stream(`http://localhost:${check.port ?? port}${check.path}`, {
    agent: { http: agent },
    headers: { 'user-agent': 'kubectl-bluegreen', ...check.requestHeaders },
    timeout: { request: check.timeoutSeconds * 1000 },
    throwHttpErrors: false,
    followRedirect: false,
    decompress: false,
    retry: { limit: 0 },
    signal,
  });
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > MAX_BODY_BYTES) return { kind: 'failed', why: `body is larger than ${MAX_BODY_BYTES} bytes` };
    }
    const { statusCode = 0, headers = {} } = request.response ?? {};
    const answer = { status: statusCode, headers, body: Buffer.concat(chunks).toString() };
    return { kind: 'answer', answer, ms: Math.round(performance.now() - started) };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'failed', why: failure(error, check) };
  } finally {
    request.destroy();
  }
}

function failure(error: unknown, check: Check): string {
  if (error instanceof TimeoutError) return `no complete answer in ${check.timeoutSeconds}s`;
  const cause = error instanceof RequestError ? error.cause : error;
  if (cause instanceof TunnelError) {
    if (cause.message.includes('connection refused')) return 'connection refused';
    throw cause;
  }
  if (error instanceof RequestError) return error.message;
  throw error;
}
