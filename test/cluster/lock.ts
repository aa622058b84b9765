import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { report } from './report.js';

/**
 * Runs one action of that name at a time on this machine; a second one waits.
 *
 * The lock is a listening socket in the abstract namespace: the kernel frees it when its process dies, however it dies.
 */
export async function withLock<T>(name: string, action: () => Promise<T>): Promise<T> {
  const path = `\0kubectl-bluegreen/${process.getuid?.()}/${name}`;
  let server = await listen(path);
  if (server === undefined) {
    report(`waiting for another process: ${name}`);
  }
  while (server === undefined) {
    await closed(path);
    server = await listen(path);
  }
  try {
    return await action();
  } finally {
    server.release();
  }
}

async function listen(path: string): Promise<{ release(): void } | undefined> {
  const waiting = new Set<import('node:net').Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => {}).on('close', () => waiting.delete(socket));
  });
  try {
    server.listen(path);
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      return undefined;
    }
    throw error;
  }
  return {
    release() {
      server.close();
      for (const socket of waiting) {
        socket.destroy();
      }
    },
  };
}

/** Waits until the lock's holder hangs up: it has finished or died. */
async function closed(path: string): Promise<void> {
  await new Promise<void>((resolve) => {
    connect(path)
      .on('error', () => {})
      .on('close', () => resolve())
      .resume();
  });
}
