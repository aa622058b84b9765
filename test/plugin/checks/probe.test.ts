import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { HttpCheck } from '../../../charts/policy.js';
import { probe } from '../../../plugin/checks/probe.js';
import { TunnelAgent } from '../../../plugin/kube/tunnel-agent.js';
import { PortClosedError, TunnelError } from '../../../plugin/kube/tunnel-error.js';

const NEVER = new AbortController().signal;
const CHECK: HttpCheck = {
  name: 'health',
  path: '/health',
  status: [200],
  timeoutSeconds: 10,
  retries: 1,
  intervalSeconds: 1,
};

let answer: (request: IncomingMessage, response: ServerResponse) => void;
const asked: IncomingMessage[] = [];
const server = createServer((request, response) => {
  asked.push(request);
  answer(request, response);
});
const agent = new Agent({ keepAlive: true });
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  asked.length = 0;
  answer = (_, response) => response.end('ok');
});
afterAll(() => {
  agent.destroy();
  server.closeAllConnections();
  server.close();
});

const ask = (check: Partial<HttpCheck> = {}, signal = NEVER) => probe(agent, { ...CHECK, ...check }, port, signal);

describe('probe', () => {
  test('asks for a path and gives status, headers, body and how long it took', async () => {
    answer = (_, response) => response.writeHead(201, { 'x-color': 'green' }).end('{"up":true}');
    const result = await ask({ requestHeaders: { authorization: 'Bearer x' } });
    expect(result).toEqual({
      kind: 'answer',
      answer: { status: 201, headers: expect.objectContaining({ 'x-color': 'green' }), body: '{"up":true}' },
      ms: expect.any(Number),
    });
    expect(asked[0]).toMatchObject({
      method: 'GET',
      url: '/health',
      headers: { authorization: 'Bearer x', 'user-agent': 'kubectl-bluegreen' },
    });
  });

  test('takes every status for an answer: which of them pass is for the check to say', async () => {
    answer = (_, response) => response.writeHead(503).end('starting');
    expect(await ask()).toMatchObject({ kind: 'answer', answer: { status: 503, body: 'starting' } });
    expect(asked).toHaveLength(1);
  });

  test('does not follow a redirect: it may lead out of the Pod', async () => {
    answer = (_, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    expect(await ask()).toMatchObject({ kind: 'answer', answer: { status: 302 } });
    expect(asked).toHaveLength(1);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['no answer at all', () => undefined],
    ['a body that does not end', (response) => response.writeHead(200).write('half')],
  ])('fails when time runs out on %s', async (_, respond) => {
    answer = (_request, response) => respond(response);
    expect(await ask({ timeoutSeconds: 0.1 })).toEqual({ kind: 'failed', why: 'no complete answer in 0.1s' });
  });

  test('reads no more than a bounded part of a body without end', async () => {
    let sent = 0;
    let isClosed = false;
    answer = (_, response) => {
      response.on('close', () => {
        isClosed = true;
      });
      const pour = () => {
        while (!isClosed && response.write('x'.repeat(64 * 1024))) sent += 64 * 1024;
        if (!isClosed) response.once('drain', pour);
      };
      pour();
    };
    expect(await ask()).toEqual({ kind: 'failed', why: 'body is larger than 1048576 bytes' });
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  test('asks for metrics in the format that it reads, unless the check says otherwise', async () => {
    const metrics = [{ name: 'up', present: true }];
    await ask({ metrics });
    await ask({ metrics, requestHeaders: { accept: 'application/openmetrics-text' } });
    expect(asked.map(({ headers }) => headers.accept)).toEqual([
      'text/plain;version=0.0.4',
      'application/openmetrics-text',
    ]);
  });

  test('reads metrics that are longer than another body may be', async () => {
    answer = (_, response) => response.end('x'.repeat(3 * 1024 * 1024));
    expect(await ask({ metrics: [{ name: 'up', present: true }] })).toMatchObject({ kind: 'answer' });
    expect(await ask()).toMatchObject({ kind: 'failed' });
  });

  test('times an answer from its connection to its last byte', async () => {
    answer = (_, response) => {
      response.write('half');
      setTimeout(() => response.end(), 300);
    };
    const slow = new (class extends Agent {
      override createConnection(...args: Parameters<Agent['createConnection']>): undefined {
        setTimeout(() => args[1]?.(null, super.createConnection(args[0]) as Duplex), 300);
      }
    })();
    const result = await probe(slow, CHECK, port, NEVER);
    expect(result).toMatchObject({ kind: 'answer' });
    const ms = result.kind === 'answer' ? result.ms : 0;
    expect(ms).toBeGreaterThanOrEqual(290);
    expect(ms).toBeLessThan(590);
    slow.destroy();
  });

  test('fails when the Pod hangs up', async () => {
    answer = (_, response) => response.socket?.destroy();
    expect(await ask()).toMatchObject({ kind: 'failed', why: expect.stringMatching(/hang up|reset/) });
  });

  test('fails when the Pod hangs up within the body', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      setImmediate(() => response.socket?.destroy());
    };
    expect(await ask()).toMatchObject({ kind: 'failed' });
  });

  test('ends with the reason of a signal', async () => {
    const stop = new AbortController();
    answer = () => stop.abort(new Error('SIGINT'));
    await expect(ask({}, stop.signal)).rejects.toThrow('SIGINT');
  });
});

describe('probe through a tunnel', () => {
  const through = (error: Error) => probe(new TunnelAgent(() => Promise.reject(error)), CHECK, 3000, NEVER);

  test('that does not open throws: nothing is said about the Pod', async () => {
    await expect(through(new TunnelError('websocket: bad handshake'))).rejects.toThrow(TunnelError);
  });

  test('whose end refused the connection fails: the Pod does not listen', async () => {
    const why = 'connection refused on port 3000 of pod "g1"';
    expect(await through(new PortClosedError('g1', 3000))).toEqual({ kind: 'failed', why });
  });
});
