import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import { probe } from '../../../plugin/checks/probe.js';
import { openTunnel } from '../../../plugin/kube/portforward.js';
import { TunnelAgent } from '../../../plugin/kube/tunnel-agent.js';
import { PortClosedError, TunnelError } from '../../../plugin/kube/tunnel-error.js';
import { type SocketServer, socketServer, statusBody } from '../socket-server.js';

const PATH = '/api/v1/namespaces/store/pods/g1/portforward?ports=3000';
const CHECK = { name: 'health', path: '/health', status: [200], timeoutSeconds: 5, retries: 1, intervalSeconds: 1 };
const DATA = 0;
const ERROR = 1;

let proxy: SocketServer;
const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' });
const upgrades: { url: string; protocol: string }[] = [];

/** How the next tunnel is met: by a Pod behind a WebSocket, or by a refusal to upgrade. */
let meet: (pod: WebSocket) => void = () => undefined;
let refusal: { status: string; body: string } | undefined;

beforeAll(async () => {
  proxy = await socketServer();
  proxy.server.on('upgrade', (request, socket, head) => {
    upgrades.push({ url: request.url ?? '', protocol: String(request.headers['sec-websocket-protocol']) });
    if (refusal)
      socket.end(`HTTP/1.1 ${refusal.status}\r\ncontent-length: ${refusal.body.length}\r\n\r\n${refusal.body}`);
    else sockets.handleUpgrade(request, socket, head, (pod) => meet(pod));
  });
});
afterAll(() => {
  for (const client of sockets.clients) client.terminate();
});

const open = () => openTunnel(proxy.webSocket, 'store', 'g1', 3000);
const message = (channel: number, text: string | Buffer) => Buffer.concat([Buffer.of(channel), Buffer.from(text)]);
const port = Buffer.of(0xb8, 0x0b);

/** What a kubelet sends first: the port, on each channel. */
function greet(pod: WebSocket): void {
  pod.send(message(DATA, port));
  pod.send(message(ERROR, port));
}

async function firstData(stream: Duplex): Promise<string> {
  const [chunk] = await once(stream, 'data');
  return String(chunk);
}

describe('openTunnel', () => {
  test('asks for a port of a Pod in the protocol of the API server', async () => {
    meet = greet;
    (await open()).destroy();
    expect(upgrades.at(-1)).toEqual({ url: PATH, protocol: 'v4.channel.k8s.io' });
  });

  test('drops the port that each channel starts with', async () => {
    meet = (pod) => {
      greet(pod);
      pod.send(message(DATA, 'hello'));
    };
    const stream = await open();
    expect(await firstData(stream)).toBe('hello');
    stream.destroy();
  });

  test('carries bytes both ways, as they are', async () => {
    const seen: Buffer[] = [];
    meet = (pod) => {
      greet(pod);
      pod.on('message', (data: Buffer) => {
        seen.push(data);
        pod.send(message(DATA, Buffer.from(data.subarray(1)).reverse()));
      });
    };
    const stream = await open();
    stream.write(Buffer.of(0, 255, 10));
    const [chunk] = await once(stream, 'data');
    expect([...(chunk as Buffer)]).toEqual([10, 255, 0]);
    expect([...(seen[0] as Buffer)]).toEqual([DATA, 0, 255, 10]);
    stream.destroy();
  });

  test('breaks with what the error channel says', async () => {
    meet = (pod) => {
      greet(pod);
      pod.on('message', () => pod.send(message(ERROR, 'error forwarding port 3000 to pod: connection refused\n')));
    };
    const stream = await open();
    stream.write('GET');
    const [error] = await once(stream, 'error');
    expect(error).toBeInstanceOf(PortClosedError);
    expect(error.message).toBe('connection refused on port 3000 of pod "g1"');
  });

  test('breaks with other words of the error channel as they are', async () => {
    meet = (pod) => {
      greet(pod);
      pod.on('message', () => pod.send(message(ERROR, 'error forwarding port 3000 to pod: no network\n')));
    };
    const stream = await open();
    stream.write('GET');
    const [error] = await once(stream, 'error');
    expect(error).not.toBeInstanceOf(PortClosedError);
    expect(error).toEqual(new TunnelError('pod "g1" port 3000: error forwarding port 3000 to pod: no network'));
  });

  test('breaks with what the error channel says also where the end comes with it', async () => {
    const words = 'an error occurred forwarding 3000 -> 3000: dial tcp4 127.0.0.1:3000: connect: connection refused';
    meet = (pod) => {
      // All in one write, so that it comes in one turn of the event loop.
      const { _socket: raw } = pod as unknown as { _socket: Socket };
      raw.cork();
      greet(pod);
      pod.send(message(ERROR, words));
      raw.end();
      raw.uncork();
    };
    for (let times = 0; times < 20; times++) {
      const stream = await open();
      const events: string[] = [];
      stream.on('end', () => events.push('end'));
      stream.resume();
      const [error] = await once(stream, 'error').catch((cause: unknown) => [cause]);
      expect({ error, events }).toEqual({ error: expect.any(PortClosedError), events: [] });
    }
  });

  test('ends when the Pod ends it', async () => {
    meet = (pod) => {
      greet(pod);
      pod.send(message(DATA, 'bye'));
      pod.close();
    };
    const stream = await open();
    expect(await stream.toArray()).toEqual([Buffer.from('bye')]);
  });

  test('closes the WebSocket when it is destroyed', async () => {
    const closed = new Promise<void>((resolve) => {
      meet = (pod) => {
        greet(pod);
        pod.on('close', () => resolve());
      };
    });
    (await open()).destroy();
    await closed;
  });

  test('does not read on while nobody takes what is there: a Pod that sends without end fills no memory', async () => {
    let pod: WebSocket | undefined;
    meet = (socket) => {
      pod = socket;
      greet(socket);
      for (let count = 0; count < 200; count++) socket.send(message(DATA, Buffer.alloc(64 * 1024)));
    };
    const stream = await open();
    await once(stream, 'readable');
    // Turns of the event loop until nothing moves any more.
    for (let quiet = 0, before = -1; quiet < 200; before = stream.readableLength) {
      await new Promise(setImmediate);
      quiet = stream.readableLength === before ? quiet + 1 : 0;
    }
    expect(stream.readableLength).toBeLessThan(1024 * 1024);
    expect(pod?.bufferedAmount).toBeGreaterThan(0);
    stream.destroy();
  });
});

describe('openTunnel, refused', () => {
  async function refused(status: string, body: string): Promise<TunnelError> {
    refusal = { status, body };
    const error = await open().catch((caught: unknown) => caught);
    refusal = undefined;
    expect(error).toBeInstanceOf(TunnelError);
    return error as TunnelError;
  }

  test('says so in the words of the API server', async () => {
    const words = 'pods "g1" is forbidden: cannot create resource "pods/portforward"';
    const error = await refused('403 Forbidden', JSON.stringify(statusBody(403, 'Forbidden', words)));
    expect(error.message).toBe(words);
    expect(error.refusal).toEqual({ status: 403, byApiServer: true });
  });

  test('tells a refusal by something on the way apart', async () => {
    const error = await refused('403 Forbidden', '<h1>Forbidden</h1>');
    expect(error.message).toContain('HTTP 403');
    expect(error.refusal).toEqual({ status: 403, byApiServer: false });
  });

  test('is no refusal by the Pod when the API server does not reach the node', async () => {
    const words = 'error dialing backend: dial tcp 10.0.0.7:10250: connect: connection refused';
    const error = await refused('500 Internal Server Error', JSON.stringify(statusBody(500, 'InternalError', words)));
    expect(error).not.toBeInstanceOf(PortClosedError);
    expect(error.message).toBe(words);
  });

  test('is no refusal when nobody listens', async () => {
    const error = await openTunnel(`${proxy.webSocket.slice(0, -1)}-gone:`, 'store', 'g1', 3000).catch(
      (e: TunnelError) => e,
    );
    expect(error).toBeInstanceOf(TunnelError);
    expect((error as TunnelError).refusal).toBeUndefined();
  });
});

test('a check is asked through a tunnel, several times over the same one', async () => {
  let tunnels = 0;
  meet = (pod) => {
    tunnels++;
    greet(pod);
    pod.on('message', () => {
      pod.send(message(DATA, 'HTTP/1.1 200 OK\r\ncontent-'));
      pod.send(message(DATA, 'length: 2\r\n\r\nok'));
    });
  };
  const agent = new TunnelAgent(open);
  for (let times = 0; times < 3; times++) {
    const result = await probe(agent, CHECK, 3000, new AbortController().signal);
    expect(result).toMatchObject({ kind: 'answer', answer: { status: 200, body: 'ok' } });
  }
  agent.destroy();
  expect(tunnels).toBe(1);
});
