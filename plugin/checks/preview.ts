import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What a client that has said all may wait for the rest of the answer: a tunnel cannot be closed by halves. */
const HALF_CLOSED_MS = 5000;

/** A port of 127.0.0.1 that leads to Pods. */
export interface Preview {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

export interface PreviewOptions {
  /** Opens a byte stream to a Pod, another one each time. */
  readonly open: () => Promise<Duplex>;
  /** A connection that broke, or was not made, on the side of the Pod. */
  readonly onError: (error: Error) => void;
}

/** Listens on a port of 127.0.0.1 that is free, and joins every connection to a stream of its own. */
export async function openPreview({ open, onError }: PreviewOptions): Promise<Preview> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A client that goes away is its own affair.
    socket.on('error', () => undefined);
    open().then(
      (stream) => join(socket, stream, onError),
      (error: Error) => {
        onError(error);
        socket.resetAndDestroy();
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function join(socket: Socket, stream: Duplex, onError: (error: Error) => void): void {
  stream.on('error', (error) => {
    onError(error);
    socket.resetAndDestroy();
  });
  socket.once('close', () => stream.destroy());
  if (socket.destroyed) return void stream.destroy();
  socket.once('end', () => {
    socket.setTimeout(HALF_CLOSED_MS, () => socket.destroy());
  });
  socket.pipe(stream).pipe(socket);
}
