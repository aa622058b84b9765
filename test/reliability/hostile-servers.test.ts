import { Agent } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import type { HttpCheck } from '../../charts/policy.js';
import { probe } from '../../plugin/checks/probe.js';
import { recordFigure } from './support/figures.js';

jest.setTimeout(120_000);

const TIMEOUT_SECONDS = 2;
/** A machine with other users may be late. */
const LATE_MS = 10_000;
/** One body of 1 MiB is read, and what the kernel and the streams hold by then. */
const MAX_BYTES = 16 * 1024 * 1024;
const CHECK: HttpCheck = {
  name: 'health',
  path: '/',
  status: [200],
  timeoutSeconds: TIMEOUT_SECONDS,
  retries: 1,
  intervalSeconds: 0,
};

/** What a server does with a connection on which something has been asked. */
type Server = (socket: Socket) => void;

/** Writes on, as fast as it is read, until the client has gone. */
function pour(socket: Socket, chunk: string | Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
}

/** Writes one byte after the other. */
function drip(socket: Socket, text: string): void {
  let sent = 0;
  const timer = setInterval(() => socket.write(text[sent++ % text.length] ?? ''), 100);
  socket.on('close', () => clearInterval(timer));
}

const HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;

const SERVERS: Readonly<Record<string, Server>> = {
  'no answer': () => undefined,
  'headers of a byte at a time': (socket) => drip(socket, `${HEAD}x-slow: `),
  'a body of a byte at a time': (socket) => {
    socket.write(`${HEAD}content-length: 100000\r\n\r\n`);
    drip(socket, 'x');
  },
  'a body without end': (socket) => {
    socket.write(CHUNKED);
    pour(socket, `10000\r\n${'x'.repeat(65_536)}\r\n`);
  },
  'headers without end': (socket) => {
    socket.write(HEAD);
    pour(socket, `x-more: ${'x'.repeat(1000)}\r\n`);
  },
  'a header without end': (socket) => {
    socket.write(`${HEAD}x-long: `);
    pour(socket, 'x'.repeat(65_536));
  },
  'a chunk extension without end': (socket) => {
    socket.write(`${CHUNKED}1;`);
    pour(socket, 'x'.repeat(65_536));
  },
  'interim answers without end': (socket) => pour(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
  'an answer of HTTP/0.9': (socket) => socket.end('<html>hello</html>'),
  'noise without end': (socket) => pour(socket, Buffer.alloc(65_536, 0xff)),
  'an answer of TLS': (socket) => socket.end(Buffer.from('15030300020228', 'hex')),
  'a connection that is closed': (socket) => socket.end(),
  'a connection that is reset': (socket) => socket.resetAndDestroy(),
  'a reset in the middle of a body': (socket) => {
    socket.write(`${HEAD}content-length: 1000\r\n\r\nhalf`, () => socket.resetAndDestroy());
  },
  'two lengths': (socket) => socket.end(`${HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\nab`),
  'an upgrade that nobody asked for': (socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
};

const tried: string[] = [];
const held: number[] = [];

/** Serves until it is left. @returns what came of asking it, how long that took, and the bytes that it could send */
async function ask(serve: Server) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => serve(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new Agent({ keepAlive: true });
  const started = performance.now();
  try {
    const result = await probe(agent, CHECK, (server.address() as AddressInfo).port, new AbortController().signal);
    return {
      result,
      ms: performance.now() - started,
      bytes: [...sockets].reduce((sum, one) => sum + one.bytesWritten, 0),
      connections: sockets.size,
    };
  } finally {
    agent.destroy();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

describe('a check of a server that misbehaves ends in time, and reads a bounded part', () => {
  test.each(Object.entries(SERVERS))('%s', async (name, serve) => {
    tried.push(name);
    const { result, ms, bytes } = await ask(serve);
    expect(result).toEqual({ kind: 'failed', why: expect.stringMatching(/\S/) });
    expect(ms).toBeLessThan(TIMEOUT_SECONDS * 1000 + LATE_MS);
    expect(bytes).toBeLessThan(MAX_BYTES);
    held.push(ms);
  });

  test('a body that unpacks to a gigabyte is left as it came', async () => {
    tried.push('gzip');
    const body = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const { result } = await ask((socket) => {
      socket.write(`${HEAD}content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.end(body);
    });
    expect(result).toMatchObject({ kind: 'answer', answer: { status: 200 } });
    expect((result as { answer: { body: string } }).answer.body.length).toBeLessThanOrEqual(body.length);
    held.push(0);
  });

  test.each(['http://169.254.169.254/', '/elsewhere', 'file:///etc/passwd'])(
    'a redirect to %s is not followed',
    async (location) => {
      tried.push(location);
      const { result, connections } = await ask((socket) =>
        socket.end(`HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`),
      );
      expect(result).toMatchObject({ kind: 'answer', answer: { status: 302 } });
      expect(connections).toBe(1);
      held.push(0);
    },
  );
});

afterAll(() => {
  recordFigure('hostile-servers', {
    place: 7,
    promise: `a check of a server that misbehaves ends within its timeout, and reads at most 1 MiB of a body`,
    tried: tried.length,
    held: held.length,
    unit: 'servers',
    also: `a timeout of ${TIMEOUT_SECONDS} s, the last one ended after ${(Math.max(0, ...held) / 1000).toFixed(1)} s`,
  });
});
