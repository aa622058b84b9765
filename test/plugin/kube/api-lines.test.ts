import { beforeAll, describe, expect, test } from '@jest/globals';
import { ApiError, UnreachableError } from '../../../plugin/core/errors.js';
import { type Api, connectApi } from '../../../plugin/kube/api.js';
import { json, type SocketServer, socketServer, statusBody } from '../socket-server.js';

const PATH = '/api/v1/namespaces/store/pods/m1/log';

let server: SocketServer;
let api: Api;

beforeAll(async () => {
  server = await socketServer();
  api = connectApi(server.http, 200);
});

async function collect(signal = new AbortController().signal, onLine?: (line: string) => void): Promise<string[]> {
  const seen: string[] = [];
  for await (const line of api.lines(PATH, { follow: 'true' }, signal)) {
    seen.push(line);
    onLine?.(line);
  }
  return seen;
}

describe('lines', () => {
  test('gives each line as it comes, for longer than a request may take', async () => {
    server.answer = (_, response) => {
      response.writeHead(200).write('one\ntw');
      setTimeout(() => response.end('o\nthree'), 400);
    };
    expect(await collect()).toEqual(['one', 'two', 'three']);
    expect(server.requests.at(-1)?.url).toBe(`${PATH}?follow=true`);
  });

  test('ends with the signal', async () => {
    const stop = new AbortController();
    server.answer = (_, response) => response.writeHead(200).write('one\n');
    expect(await collect(stop.signal, () => stop.abort())).toEqual(['one']);
  });

  test('says what the server says when it refuses', async () => {
    server.answer = (_, response) => json(response, 403, statusBody(403, 'Forbidden', 'pods/log'));
    await expect(collect()).rejects.toThrow(new ApiError(403, 'Forbidden', 'pods/log'));
  });

  test('tells a connection that broke from a text that ended', async () => {
    server.answer = (_, response) => {
      response.writeHead(200).write('one\n');
      setTimeout(() => response.destroy(), 50);
    };
    await expect(collect()).rejects.toThrow(UnreachableError);
  });
});
