import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { tryTcp } from '../../../plugin/checks/tcp.js';
import { PortClosedError, TunnelError } from '../../../plugin/kube/tunnel-error.js';

const NEVER = new AbortController().signal;

/** A tunnel to which something happens as soon as it is open. */
function tunnel(happen: (stream: PassThrough) => void) {
  const stream = new PassThrough();
  const open = async () => {
    setImmediate(() => happen(stream));
    return stream;
  };
  return { stream, open };
}

describe('tryTcp', () => {
  test('passes a port that takes the connection and says nothing, and leaves', async () => {
    const { stream, open } = tunnel(() => undefined);
    const started = performance.now();
    expect(await tryTcp(open, 5000, NEVER)).toBeUndefined();
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(stream.destroyed).toBe(true);
  });

  test('passes one that speaks first, at once', async () => {
    const started = performance.now();
    expect(await tryTcp(tunnel((stream) => stream.write('220 ready')).open, 5000, NEVER)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(500);
  });

  test.each<[string, (stream: PassThrough) => void, string]>([
    ['refuses', (stream) => stream.destroy(new PortClosedError('g1', 9)), 'connection refused on port 9 of pod "g1"'],
    ['hangs up', (stream) => stream.end(), 'the connection was closed at once'],
    ['breaks', (stream) => stream.destroy(new Error('read ECONNRESET')), 'read ECONNRESET'],
  ])('says why a port does not pass that %s', async (_, happen, why) => {
    expect(await tryTcp(tunnel(happen).open, 5000, NEVER)).toBe(why);
  });

  test('says so when nothing opens in time', async () => {
    expect(await tryTcp(() => new Promise(() => undefined), 50, NEVER)).toBe('no connection in 0.05s');
  });

  test.each<[string, () => Promise<PassThrough>]>([
    ['does not open', () => Promise.reject(new TunnelError('bad handshake'))],
    ['breaks', tunnel((stream) => stream.destroy(new TunnelError('bad frame'))).open],
  ])('says nothing about a Pod when the tunnel to it %s', async (_, open) => {
    await expect(tryTcp(open, 5000, NEVER)).rejects.toThrow(TunnelError);
  });

  test('ends with the reason of a signal', async () => {
    const stop = new AbortController();
    const { open } = tunnel(() => stop.abort(new Error('SIGINT')));
    await expect(tryTcp(open, 5000, stop.signal)).rejects.toThrow('SIGINT');
  });
});
