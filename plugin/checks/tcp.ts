import type { Duplex } from 'node:stream';
import { startTimer } from '../core/timeout.js';
import { PortClosedError, TunnelError } from '../kube/tunnel-error.js';

/**
 * Milliseconds that a refusal may take to arrive. A tunnel opens before the node has connected to the Pod, and only a
 * failure of that is told.
 */
const SETTLE_MS = 1000;

/**
 * Whether a port of a Pod takes a TCP connection. Nothing is written to it.
 *
 * @returns undefined when it does, else why not
 * @throws TunnelError when the Pod was not reached, which says nothing about it; the signal's reason
 */
export async function tryTcp(
  open: () => Promise<Duplex>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const late = startTimer(timeoutMs, () => stop.abort());
  const giveUp = () => stop.abort(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([connects(open, stop.signal), aborted(stop.signal).then(() => 'late' as const)]).then(
      (end) => {
        signal.throwIfAborted();
        return end === 'late' ? `no connection in ${timeoutMs / 1000}s` : end;
      },
    );
  } finally {
    late.stop();
    signal.removeEventListener('abort', giveUp);
    stop.abort();
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

async function connects(open: () => Promise<Duplex>, signal: AbortSignal): Promise<string | undefined> {
  const stream = await open();
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      const settled = startTimer(SETTLE_MS, () => resolve(undefined));
      stream.once('close', () => settled.stop());
      signal.addEventListener('abort', () => stream.destroy(), { once: true });
      // Who speaks first has surely taken the connection.
      stream.once('data', () => resolve(undefined));
      // An error that came with it is told in the next turn.
      stream.once('end', () => setImmediate(resolve, 'the connection was closed at once'));
      stream.once('error', (error) => {
        if (error instanceof TunnelError && !(error instanceof PortClosedError)) reject(error);
        else resolve(error.message);
      });
    });
  } finally {
    stream.on('error', () => undefined);
    stream.destroy();
  }
}
