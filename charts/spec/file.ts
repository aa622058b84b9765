import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { SpecError } from './errors.js';

/** A spec is written by hand; a larger file is a mistake or an attack. */
const MAX_BYTES = 256 * 1024;

/** The text of a spec file. @throws SpecError if it cannot be read, is too large or is not UTF-8 */
export function readText(path: string): string {
  const refuse = (message: string, cause?: unknown) => new SpecError([{ file: path, path: '', message }], { cause });
  let bytes: Buffer;
  try {
    bytes = readAtMost(path, MAX_BYTES + 1);
  } catch (error) {
    throw refuse(`cannot be read: ${(error as Error).message}`, error);
  }
  if (bytes.length > MAX_BYTES) throw refuse(`is larger than ${MAX_BYTES / 1024} KiB`);
  if (!isUtf8(bytes)) throw refuse('is not UTF-8 text');
  return bytes.toString();
}

/** Stops at the limit, so that an endless file ends too. */
function readAtMost(path: string, limit: number): Buffer {
  const buffer = Buffer.alloc(limit);
  const descriptor = openSync(path, 'r');
  try {
    let length = 0;
    for (let read = 1; read > 0 && length < limit; length += read) {
      read = readSync(descriptor, buffer, length, limit - length, null);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}
