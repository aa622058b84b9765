import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PortClosedError, TunnelError } from '../../../plugin/kube/tunnel-error.js';
import { connectTunnels, type Tunnels } from '../../../plugin/kube/tunnels.js';
import { type SocketServer, socketServer, statusBody } from '../socket-server.js';
import { temporaryFolder } from '../temporary.js';

/** A Pod's port as `kubectl port-forward` makes it one of this machine. */
const local = createServer((socket) => socket.end('hello'));
let proxy: SocketServer;
let refusal: { status: string; body: string };
let upgrades = 0;

beforeAll(async () => {
  proxy = await socketServer();
  proxy.server.on('upgrade', (_, socket) => {
    upgrades++;
    socket.end(`HTTP/1.1 ${refusal.status}\r\ncontent-length: ${refusal.body.length}\r\n\r\n${refusal.body}`);
  });
  await new Promise<void>((resolve) => local.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  upgrades = 0;
  refusal = { status: '400 Bad Request', body: 'websockets are not allowed here' };
});
afterAll(() => void local.close());

/** A kubectl that forwards to `local`, and counts how often it was started. */
function forwarding(script?: string) {
  const folder = temporaryFolder();
  const path = join(folder, 'kubectl');
  const { port } = local.address() as AddressInfo;
  const serve = `echo "Forwarding from 127.0.0.1:${port} -> 3000"; exec sleep 60`;
  writeFileSync(path, `#!/bin/sh\necho "$*" >> ${folder}/calls\n${script ?? serve}\n`);
  chmodSync(path, 0o755);
  return { path, flags: ['--context=prod'], calls: () => readFileSync(`${folder}/calls`, 'utf8').trim().split('\n') };
}

async function say(tunnels: Tunnels, pod: string): Promise<string> {
  const chunks = await (await tunnels.open(pod, 3000)).toArray();
  return Buffer.concat(chunks).toString();
}

describe('connectTunnels, where WebSockets are refused on the way', () => {
  test('forwards through kubectl, with one process for each Pod port, and does not ask for WebSockets again', async () => {
    const kubectl = forwarding();
    const tunnels = connectTunnels(kubectl, proxy.webSocket, 'store');
    expect([await say(tunnels, 'g1'), await say(tunnels, 'g1'), await say(tunnels, 'g2')]).toEqual([
      'hello',
      'hello',
      'hello',
    ]);
    tunnels.close();
    expect(kubectl.calls()).toEqual([
      'port-forward --address=127.0.0.1 --namespace=store pod/g1 :3000 --context=prod',
      'port-forward --address=127.0.0.1 --namespace=store pod/g2 :3000 --context=prod',
    ]);
    expect(upgrades).toBe(1);
  });

  test('fails in the words of kubectl when that cannot forward either, and tries again the next time', async () => {
    const kubectl = forwarding("echo 'error: unable to forward port' >&2; exit 1");
    const tunnels = connectTunnels(kubectl, proxy.webSocket, 'store');
    for (let times = 0; times < 2; times++)
      await expect(tunnels.open('g1', 3000)).rejects.toThrow(
        'cannot port-forward to pod "g1": error: unable to forward port',
      );
    expect(kubectl.calls()).toHaveLength(2);
  });

  describe('to a port of the Pod that is closed', () => {
    /** A server that hangs up at once, as kubectl does when the kubelet refuses. */
    async function hangingUp<T>(work: (port: number) => Promise<T>, onConnection: () => void): Promise<T> {
      const server = createServer((socket) => {
        onConnection();
        socket.destroy();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        return await work((server.address() as AddressInfo).port);
      } finally {
        server.close();
      }
    }

    test('breaks with the one message for that, which kubectl tells on stderr alone', async () => {
      const flag = join(temporaryFolder(), 'connected');
      const script = `echo "Forwarding from 127.0.0.1:PORT -> 3000"
        while [ ! -e ${flag} ]; do sleep 0.01; done
        echo 'E1128 error forwarding port 3000: dial tcp4 127.0.0.1:3000: connect: Connection refused' >&2
        exec sleep 60`;
      const work = async (port: number) => {
        const tunnels = connectTunnels(forwarding(script.replace('PORT', String(port))), proxy.webSocket, 'store');
        const broken = await say(tunnels, 'g1').catch((error: unknown) => error);
        // What was said of an earlier connection is no word about this one.
        const ended = await say(tunnels, 'g1').catch((error: unknown) => error);
        tunnels.close();
        return [broken, ended];
      };
      const [broken, ended] = await hangingUp(work, () => writeFileSync(flag, ''));
      expect(broken).toEqual(new PortClosedError('g1', 3000));
      expect(ended).not.toBeInstanceOf(PortClosedError);
    });
  });

  test('fails when there is no kubectl', async () => {
    const tunnels = connectTunnels({ path: '/nowhere/kubectl', flags: [] }, proxy.webSocket, 'store');
    await expect(tunnels.open('g1', 3000)).rejects.toThrow(TunnelError);
  });
});

test.each([
  ['403 Forbidden', 'Forbidden'],
  ['404 Not Found', 'NotFound'],
  ['401 Unauthorized', 'Unauthorized'],
])('a refusal by the API server with %s is final: kubectl would be refused too', async (status, reason) => {
  refusal = { status, body: JSON.stringify(statusBody(Number.parseInt(status, 10), reason, 'no')) };
  const kubectl = forwarding();
  const tunnels = connectTunnels(kubectl, proxy.webSocket, 'store');
  await expect(tunnels.open('g1', 3000)).rejects.toThrow('no');
  expect(() => kubectl.calls()).toThrow('ENOENT');
});

test('an API server that is not there for a moment is no reason to do without WebSockets', async () => {
  refusal = { status: '500 Internal Server Error', body: 'dial tcp 10.250.0.1:6443: connect: connection refused' };
  const kubectl = forwarding();
  const tunnels = connectTunnels(kubectl, proxy.webSocket, 'store');
  for (let times = 0; times < 2; times++) await expect(tunnels.open('g1', 3000)).rejects.toThrow('dial tcp');
  expect(upgrades).toBe(2);
  expect(() => kubectl.calls()).toThrow('ENOENT');
});
