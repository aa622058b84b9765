import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Boundary, Exchange, Fault, Interference } from './faults.js';

/** Stands between the plugin and its `kubectl proxy`, for one run at a time: the API server behind it stays real. */
export interface FaultyServer {
  /** For the plugin's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What has come so far. */
  readonly exchanges: readonly Exchange[];
  /** For the runs that follow; requests are counted from 0 again. */
  interfere(interference: Interference): void;
  stop(): Promise<void>;
}

const isStreamed = (path: string) => /[?&](watch|follow)=true/.test(path);

export async function startFaultyServer(interference: Interference = {}): Promise<FaultyServer> {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-through-'));
  const [own, proxy] = [join(folder, 'server.sock'), join(folder, 'proxy.sock')];
  let exchanges: Exchange[] = [];
  let current = interference;
  const agent = new Agent({ keepAlive: true });

  function begin(incoming: IncomingMessage, body: string, isStream: boolean) {
    const { method = 'GET', url = '/' } = incoming;
    const exchange: Exchange = { number: exchanges.length, method, path: url, body, isStream };
    exchanges.push(exchange);
    const { fault, at } = current;
    return { fault: fault?.(exchange), at: async (boundary: Boundary) => await at?.(exchange, boundary) };
  }

  function passOn({ method, url, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath: proxy, method, path: url, headers, agent }, resolve);
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const sent = await buffer(incoming);
    const isStream = isStreamed(incoming.url ?? '');
    const { fault, at } = begin(incoming, sent.toString(), isStream);
    await at('before');
    if (fault?.kind === 'answer') return void outgoing.writeHead(fault.status, fault.headers).end(fault.body);
    if (isCut(fault, 'before')) return cut(fault, outgoing.socket);
    if (fault?.kind === 'twice') await buffer(await passOn(incoming, sent));
    const answer = await passOn(incoming, sent);
    outgoing.once('close', () => answer.destroy());
    const body = isStream ? undefined : await buffer(answer);
    await at('after');
    if (isCut(fault, 'after')) return cut(fault, outgoing.socket);
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    if (body === undefined) {
      outgoing.flushHeaders();
      // A server that is gone must end the stream here as well: the plugin would wait for more.
      pipeline(answer, outgoing).catch(() => outgoing.destroy());
    } else if (fault?.kind === 'truncate') {
      outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
    } else {
      outgoing.end(body);
      await new Promise((resolve) => outgoing.once('finish', resolve).once('close', resolve));
    }
    await at('answered');
  }

  async function upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => undefined);
    const { fault, at } = begin(incoming, '', true);
    await at('before');
    if (fault?.kind === 'answer') return void socket.end(`HTTP/1.1 ${fault.status} Injected\r\n\r\n${fault.body}`);
    if (isCut(fault, 'before')) return cut(fault, socket);
    const upstream = connect(proxy);
    upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    const headers = incoming.rawHeaders.map((text, index) => (index % 2 ? `${text}\r\n` : `${text}: `)).join('');
    upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers}\r\n`);
    upstream.write(head);
    await new Promise((resolve) => upstream.once('readable', resolve).once('close', resolve));
    await at('after');
    if (isCut(fault, 'after')) return cut(fault, socket);
    socket.pipe(upstream).pipe(socket);
    await at('answered');
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.on('upgrade', (incoming, socket, head) => {
    upgrade(incoming, socket, head).catch(() => socket.destroy());
  });
  // Of a WebSocket's connection the server itself no longer knows.
  const connections = new Set<Duplex>();
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
  });
  // A run may keep a connection for minutes, and a stalled one must stay so.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(own, resolve));
  return {
    env: {
      KUBECTL: join(import.meta.dirname, 'kubectl-through.sh'),
      THROUGH_SERVER: own,
      THROUGH_PROXY: proxy,
    },
    get exchanges() {
      return exchanges;
    },
    interfere(interference) {
      exchanges = [];
      current = interference;
    },
    async stop() {
      agent.destroy();
      for (const connection of connections) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Cut = Fault & { kind: 'reset' | 'stall' };

function isCut(fault: Fault | undefined, when: 'before' | 'after'): fault is Cut {
  return (fault?.kind === 'reset' || fault?.kind === 'stall') && fault.when === when;
}

/** A stalled connection is left open: who sent the request has to give it up. */
function cut({ kind }: Cut, socket: Duplex | null): void {
  if (kind === 'reset') socket?.destroy();
}
