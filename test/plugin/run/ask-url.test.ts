import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askUrl } from '../../../plugin/run/ask-url.js';

let server: Server;
let root: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/hang') return;
    if (request.url === '/close') return void request.socket.destroy();
    if (request.url === '/endless') return void response.writeHead(200).write('x');
    response.writeHead(request.url === '/moved' ? 302 : 503, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (path: string, signal = new AbortController().signal) => askUrl(`${root}${path}`, 500, signal);

test('a status is an answer, whatever it is; no redirect is followed, and no body is waited for', async () => {
  expect(await ask('/')).toMatchObject({ status: 503 });
  expect(await ask('/moved')).toMatchObject({ status: 302 });
  expect(await ask('/endless')).toMatchObject({ status: 200 });
});

test('what does not answer says why', async () => {
  expect(await ask('/hang')).toEqual({ why: 'no answer in 0.5s' });
  expect(await ask('/close')).toEqual({ why: expect.stringMatching(/hang up|closed|ECONNRESET/) });
  const refused = await askUrl('http://127.0.0.1:1/', 500, new AbortController().signal);
  expect(refused).toEqual({ why: expect.stringContaining('ECONNREFUSED') });
});

test('a signal ends it with its reason', async () => {
  const stop = new AbortController();
  const asked = ask('/hang', stop.signal);
  stop.abort(new Error('SIGINT'));
  await expect(asked).rejects.toThrow('SIGINT');
});
