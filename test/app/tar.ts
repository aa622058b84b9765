/** A file of a tar archive. */
export interface TarFile {
  readonly path: string;
  readonly content: Buffer;
  /** @default 0o644 */
  readonly mode?: number;
}

const BLOCK = 512;

/** Writes a tar archive; the same files give the same bytes. Enough for images: short paths, small files, no links. */
export function tar(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap(({ path, content, mode = 0o644 }) => [
    header(path, content.length, mode),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

/** @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
function header(path: string, size: number, mode: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
  block.write(path, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8); // owner
  octal(0, 116, 8); // group
  octal(size, 124, 12);
  octal(0, 136, 12); // time of modification
  block.write(path.endsWith('/') ? '5' : '0', 156); // a folder or a file
  block.write('ustar\x0000', 257);
  block.fill(' ', 148, 156); // the checksum counts itself as spaces
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
