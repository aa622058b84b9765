import { once } from 'node:events';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openPreview, type Preview } from '../../../plugin/checks/preview.js';
import { fakeTunnels } from '../fake-tunnels.js';

const previews: Preview[] = [];
afterEach(async () => {
  for (const preview of previews.splice(0)) await preview.close();
});

async function preview(open: () => Promise<Duplex>) {
  const errors: string[] = [];
  const made = await openPreview({ open, onError: ({ message }) => errors.push(message) });
  previews.push(made);
  const socket = () => connect(Number(new URL(made.url).port), '127.0.0.1');
  return { ...made, errors, socket };
}

/** The paths that Pods were asked, each of a connection of its own. */
const asked = async (url: string, path: string) =>
  (await fetch(`${url}${path}`, { headers: { connection: 'close' } })).text();

describe('openPreview', () => {
  test('leads each connection to a stream of its own', async () => {
    const tunnels = fakeTunnels(({ pod, path }) => ({ body: `${pod} ${path}` }));
    let count = 0;
    const { url } = await preview(() => tunnels.open(`g${(count++ % 2) + 1}`, 3000));
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const answers = [];
    for (const path of ['/a', '/b', '/c']) answers.push(await asked(url, path));
    expect(answers).toEqual(['g1 /a', 'g2 /b', 'g1 /c']);
  });

  test('gives the whole answer to a client that has said all and closed its half', async () => {
    const { socket } = await preview(async () => {
      const late = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
      late.once('finish', () => setTimeout(() => late.push('late') && late.push(null), 50));
      return late;
    });
    const client = socket();
    client.end('question');
    expect(await text(client)).toBe('late');
  });

  test('resets a connection whose Pod is not reached, and says why', async () => {
    const { url, errors } = await preview(() => Promise.reject(new Error('pod "g1" is gone')));
    await expect(fetch(url)).rejects.toThrow();
    expect(errors).toEqual(['pod "g1" is gone']);
  });

  test('resets a connection that breaks on the side of the Pod', async () => {
    const tunnels = fakeTunnels();
    const { socket, errors } = await preview(async () => {
      const stream = await tunnels.open('g1', 3000);
      setImmediate(() => stream.destroy(new Error('connection refused')));
      return stream;
    });
    const ended = await new Promise<string>((resolve) => {
      socket()
        .on('error', ({ message }) => resolve(message))
        .on('end', () => resolve('end'))
        .resume();
    });
    expect(ended).toBe('read ECONNRESET');
    expect(errors).toEqual(['connection refused']);
  });

  test('listens no longer, and has no connection left, when it is closed', async () => {
    const tunnels = fakeTunnels();
    const made = await openPreview({ open: () => tunnels.open('g1', 3000), onError: () => undefined });
    const client = connect(Number(new URL(made.url).port), '127.0.0.1').on('error', () => undefined);
    await once(client, 'connect');
    await made.close();
    if (!client.destroyed) await once(client, 'close');
    await expect(fetch(made.url)).rejects.toThrow();
  });
});
