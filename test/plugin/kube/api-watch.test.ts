import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ApiError, UnreachableError } from '../../../plugin/core/errors.js';
import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { type Api, connectApi, type WatchEvent } from '../../../plugin/kube/api.js';
import { json, type SocketServer, socketServer, statusBody } from '../socket-server.js';

const PATH = '/api/v1/namespaces/store/pods';
const event = (type: string, name: string) =>
  `${JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'Pod', metadata: { name } } })}\n`;

let server: SocketServer;
let api: Api;

beforeAll(async () => {
  server = await socketServer();
  api = connectApi(server.http, 200);
});

async function collect(events: AsyncIterable<WatchEvent<KubernetesObject>>, limit = 10): Promise<string[]> {
  const seen: string[] = [];
  for await (const { type, object } of events) if (seen.push(`${type} ${object.metadata.name}`) === limit) break;
  return seen;
}

const watch = (signal = new AbortController().signal) =>
  api.watch<KubernetesObject>(PATH, { resourceVersion: '7' }, signal);
const streaming = (...parts: string[]) => {
  server.answer = (_, response) => {
    response.writeHead(200);
    for (const part of parts) response.write(part);
  };
};

describe('watch', () => {
  test('asks for events after a resourceVersion', async () => {
    server.answer = (_, response) => response.end(event('ADDED', 'a'));
    await collect(watch());
    expect(server.requests.at(-1)?.url).toBe(`${PATH}?resourceVersion=7&watch=true`);
  });

  test('gives each event as soon as it is there, wherever the bytes were cut', async () => {
    const text = event('ADDED', 'a') + event('MODIFIED', 'a') + event('DELETED', 'a');
    streaming(text.slice(0, 30), text.slice(30, 200), text.slice(200));
    expect(await collect(watch(), 3)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  test('ends, without an error, when the server ends it', async () => {
    server.answer = (_, response) => response.end(event('ADDED', 'a'));
    expect(await collect(watch())).toEqual(['ADDED a']);
  });

  test('may be silent for longer than a request', async () => {
    let held: ServerResponse | undefined;
    server.answer = (_, response) => {
      held = response;
      response.writeHead(200).write(event('ADDED', 'a'));
      setTimeout(() => held?.end(event('ADDED', 'b')), 400);
    };
    expect(await collect(watch())).toEqual(['ADDED a', 'ADDED b']);
  });

  test('ends, without an error, when it is aborted', async () => {
    const stop = new AbortController();
    streaming(event('ADDED', 'a'));
    const seen: string[] = [];
    for await (const { type } of watch(stop.signal)) {
      seen.push(type);
      stop.abort();
    }
    expect(seen).toEqual(['ADDED']);
  });

  test('closes its connection when nobody reads on', async () => {
    const closed = new Promise<void>((resolve) => {
      server.answer = (_, response) => {
        response.on('close', resolve);
        response.writeHead(200).write(event('ADDED', 'a'));
      };
    });
    await collect(watch(), 1);
    await closed;
  });

  test('fails when the connection breaks', async () => {
    server.answer = (_, response) => {
      response.writeHead(200).write(event('ADDED', 'a'));
      setImmediate(() => response.socket?.destroy());
    };
    await expect(collect(watch())).rejects.toThrow(UnreachableError);
  });

  test('fails in the words of the server when it is refused', async () => {
    server.answer = (_, response) => json(response, 403, statusBody(403, 'Forbidden', 'pods is forbidden'));
    await expect(collect(watch())).rejects.toThrow(ApiError);
    await expect(collect(watch())).rejects.toThrow('pods is forbidden');
  });

  test('fails when the proxy cannot reach the server', async () => {
    server.answer = (_, response) =>
      response.writeHead(500).end('dial tcp 10.0.0.1:6443: connect: connection refused\n');
    await expect(collect(watch())).rejects.toThrow(UnreachableError);
  });
});
