import { Duplex } from 'node:stream';
import WebSocket from 'ws';
import { asSocket } from './as-socket.js';
import { farEndError, TunnelError } from './tunnel-error.js';

const PROTOCOL = 'v4.channel.k8s.io';
const DATA_CHANNEL = 0;
const ERROR_CHANNEL = 1;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * A byte stream to a port of a Pod, as a WebSocket over the API proxy's socket: no local port, no process.
 *
 * Every message starts with a byte that names its channel; the first message of each channel repeats the port.
 *
 * @param root - what a path is appended to: `ws+unix:SOCKET:` or `ws://HOST:PORT/PREFIX`
 * @throws TunnelError
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#connect-portforward-pod
 */
export function openTunnel(
  root: string,
  namespace: string,
  pod: string,
  port: number,
  agent = 'kubectl-bluegreen',
): Promise<Duplex> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward?ports=${port}`;
  const socket = new WebSocket(`${root}${path}`, PROTOCOL, {
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    perMessageDeflate: false,
    headers: { host: 'localhost', 'user-agent': agent },
    skipUTF8Validation: true,
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(tunnelStream(socket, pod, port)));
    socket.once('error', (cause) =>
      reject(new TunnelError(`cannot port-forward to pod "${pod}": ${cause.message}`, { cause })),
    );
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (data: Buffer) => {
        body += data.subarray(0, 2000);
      });
      response.on('end', () => {
        const words = statusMessage(body);
        const refusal = { status: response.statusCode ?? 0, byApiServer: words !== undefined };
        reject(new TunnelError(words ?? `HTTP ${refusal.status}: ${body.trim()}`, { refusal }));
        socket.terminate();
      });
    });
  });
}

function statusMessage(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { message?: string }).message;
  } catch {
    return undefined;
  }
}

function tunnelStream(socket: WebSocket, pod: string, port: number): Duplex {
  const greeted = new Set<number>();
  const stream = new Duplex({
    read: () => socket.resume(),
    // A closed port is told, and the WebSocket closed, before the first byte is written: that the write failed says less.
    write: (chunk: Buffer, _encoding, done) =>
      socket.send(Buffer.concat([Buffer.of(DATA_CHANNEL), chunk]), () => done()),
    final: (done) => done(),
    destroy: (error, done) => {
      socket.terminate();
      done(error);
    },
  });
  // The caller listens from the next turn on: an error event before that would end the process.
  let failed = false;
  const fail = (error: TunnelError) => {
    failed = true;
    setImmediate(() => stream.destroy(error));
  };
  socket.on('message', (message: Buffer) => {
    const channel = message[0] ?? -1;
    const payload = message.subarray(1);
    if (!greeted.has(channel)) greeted.add(channel);
    else if (channel === ERROR_CHANNEL) fail(farEndError(pod, port, payload.toString().trim()));
    // Backpressure: a Pod that answers without end must not fill our memory.
    else if (channel === DATA_CHANNEL && !stream.push(payload)) socket.pause();
  });
  // The end may come together with the error, and would be taken for the Pod's before the error is there.
  socket.on('close', () => {
    if (!failed) stream.push(null);
  });
  socket.on('error', (cause) => fail(new TunnelError(`pod "${pod}" port ${port}: ${cause.message}`, { cause })));
  return asSocket(stream);
}
