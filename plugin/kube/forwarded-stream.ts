import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { startTimer } from '../core/timeout.js';
import { asSocket } from './as-socket.js';
import { TunnelError } from './tunnel-error.js';

/** kubectl tells of a closed port on stderr, and then closes the connection: the two come by different ways. */
const SETTLE_MS = 200;

/**
 * A connection to the local port of `kubectl port-forward`. The kubelet's refusal is told to kubectl alone, which closes the
 * connection without a word: that becomes an error here.
 *
 * @param farEnd - what kubectl has said of the far end since the connection was made
 */
export function forwardedStream(socket: Socket, farEnd: () => TunnelError | undefined): Duplex {
  let heard = false;
  let isOver = false;
  const stream = new Duplex({
    read: () => void socket.resume(),
    // How the connection ended is told when it has.
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, () => done()),
    final: (done) => void socket.end(() => done()),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  const end = (error?: Error) => {
    const why = heard ? error : (farEnd() ?? error);
    if (why) stream.destroy(why);
    else stream.push(null);
  };
  const over = (error?: Error) => {
    if (isOver) return;
    isOver = true;
    if (heard || error instanceof TunnelError) end(error);
    else startTimer(SETTLE_MS, () => end(error));
  };
  let isConnected = false;
  socket.once('connect', () => {
    isConnected = true;
  });
  socket.on('data', (chunk: Buffer) => {
    heard = true;
    if (!stream.push(chunk)) socket.pause();
  });
  socket.once('end', () => over());
  socket.once('close', () => over());
  socket.on('error', (error) =>
    over(isConnected ? error : new TunnelError(`kubectl port-forward is gone: ${error.message}`, { cause: error })),
  );
  return asSocket(stream);
}
