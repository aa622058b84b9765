import { Agent, type IncomingMessage, type OutgoingHttpHeaders, type RequestOptions, request } from 'node:http';
import { startTimer } from '../core/timeout.js';

/** No whole answer came: the words are those of the socket. */
export class ConnectionError extends Error {}

/** None came in time. */
export class TimeoutError extends ConnectionError {}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Message {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** Milliseconds until its last byte, where it must be less than for others. */
  readonly timeoutMs?: number;
  /** A body that is longer breaks the connection. */
  readonly maxBytes?: number;
}

/** One server over connections that are kept; every status is an answer, nothing is repeated and no redirect followed. */
export interface Http {
  /** @throws ConnectionError when no whole answer came, TimeoutError when none came in time */
  send(path: string, message?: Message): Promise<Reply>;
  /** An answer that may have no end, until the signal. @throws ConnectionError when none begins */
  open(path: string, signal: AbortSignal): Promise<IncomingMessage>;
}

/**
 * kubectl proxy is on this machine, and does by itself what a client for the world is for: TLS, redirects, cookies, caches.
 *
 * @param root - what a path is appended to: `unix:SOCKET:` or `http://HOST:PORT/PREFIX`
 * @param timeoutMs - for one request, until its last byte
 * @param agent - the User-Agent of a request, at the time when it is sent
 */
export function connectHttp(root: string, timeoutMs: number, agent: () => string): Http {
  const { prefix, ...server } = parseRoot(root);
  // An empty name for TLS, which there is none of, spares the agent looking whether the host is an address.
  const common = { ...server, agent: new Agent({ keepAlive: true }), servername: '' };
  // kubectl proxy answers only to names of this machine.
  const ownHeaders = () => ({ host: 'localhost', 'user-agent': agent() });

  const send: Http['send'] = (path, { method = 'GET', headers, body, maxBytes, ...message } = {}) =>
    new Promise((resolve, reject) => {
      const limitMs = Math.min(timeoutMs, message.timeoutMs ?? timeoutMs);
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const outgoing = request({
        ...common,
        method,
        path: prefix + path,
        headers: { ...ownHeaders(), ...headers, ...length },
      });
      let end: (error: Error) => unknown = (error) => outgoing.destroy(error);
      const timer = startTimer(limitMs, () => end(new TimeoutError(`no answer in ${limitMs} ms`)));
      const fail = (error: Error) => {
        timer.stop();
        reject(asConnectionError(error));
      };
      outgoing.once('response', (incoming) => {
        end = (error) => incoming.destroy(error);
        readAll(incoming, maxBytes).then((reply) => {
          timer.stop();
          resolve(reply);
        }, fail);
      });
      outgoing.on('error', fail);
      outgoing.end(body);
    });

  const open: Http['open'] = (path, signal) =>
    new Promise((resolve, reject) => {
      const outgoing = request({ ...common, path: prefix + path, headers: ownHeaders() });
      let end: () => unknown = () => outgoing.destroy();
      const abort = () => end();
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort);
      outgoing.once('close', () => signal.removeEventListener('abort', abort));
      outgoing.once('response', (incoming) => {
        end = () => incoming.destroy();
        resolve(incoming);
      });
      outgoing.on('error', (error) => reject(asConnectionError(error)));
      outgoing.end();
    });

  return { send, open };
}

function parseRoot(root: string): RequestOptions & { prefix: string } {
  const socketPath = /^unix:(.*):$/.exec(root)?.[1];
  if (socketPath !== undefined) return { socketPath, prefix: '' };
  const { hostname, port, pathname } = new URL(root);
  return { hostname, port, prefix: pathname.replace(/\/$/, '') };
}

async function readAll(incoming: IncomingMessage, maxBytes = Number.POSITIVE_INFINITY): Promise<Reply> {
  incoming.setEncoding('utf8');
  let body = '';
  for await (const chunk of incoming) {
    body += chunk;
    if (body.length > maxBytes) throw new ConnectionError(`the body is larger than ${maxBytes} bytes`);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body };
}

function asConnectionError(cause: Error): ConnectionError {
  return cause instanceof ConnectionError ? cause : new ConnectionError(cause.message, { cause });
}
