/** Reads files that may be anything: at most a limit of bytes, and no device or pipe without an end. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** What a shell hands over for `<(COMMAND)` and `-f /dev/stdin`: a pipe that a program writes. */
const HANDED_OVER = /^\/(dev\/stdin|dev\/fd\/[0-9]+|proc\/self\/fd\/[0-9]+)$/;

/**
 * The bytes of a file, one more than the limit of a file that is larger.
 *
 * @throws Error in words, when it cannot be read or is no file: a folder, device, socket or named pipe
 */
export function readAtMost(path: string, limit: number): Buffer {
  const isHandedOver = HANDED_OVER.test(path);
  // Opening a named pipe would wait for its writer.
  const descriptor = openSync(path, isHandedOver ? 'r' : constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw new Error('is a folder');
    if (!stat.isFile() && !isHandedOver) throw new Error('is not a file but a device, pipe or socket');
    // A pipe does not say how much is to come.
    const buffer = Buffer.alloc(stat.isFile() && stat.size > 0 ? Math.min(stat.size, limit) + 1 : limit + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < buffer.length; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}
