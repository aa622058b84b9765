import { isUtf8 } from 'node:buffer';
import { readAtMost } from '../bounded-file.js';
import { SpecError } from './errors.js';

/** A spec is written by hand; a larger file is a mistake or an attack. */
const MAX_BYTES = 256 * 1024;

/** The text of a spec file. @throws SpecError if it cannot be read, is too large or is not UTF-8 */
export function readText(path: string): string {
  const refuse = (message: string, cause?: unknown) => new SpecError([{ file: path, path: '', message }], { cause });
  let bytes: Buffer;
  try {
    bytes = readAtMost(path, MAX_BYTES);
  } catch (error) {
    throw refuse(`cannot be read: ${(error as Error).message}`, error);
  }
  if (bytes.length > MAX_BYTES) throw refuse(`is larger than ${MAX_BYTES / 1024} KiB`);
  if (!isUtf8(bytes)) throw refuse('is not UTF-8 text');
  return bytes.toString();
}
