import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/**
 * The lines of a byte stream, each as soon as its line feed is there; a last line without one is given at the end.
 *
 * @param maxLength - characters of a line; of a longer one the rest is dropped, and not kept in memory
 */
export async function* readLines(stream: Readable, maxLength = Number.POSITIVE_INFINITY): AsyncIterable<string> {
  const decoder = new StringDecoder('utf8');
  let line = '';
  const extend = (more: string) => {
    if (line.length > maxLength) return;
    line += more;
    if (line.length > maxLength) line = `${line.slice(0, maxLength)}…`;
  };
  for await (const chunk of stream) {
    const [rest = '', ...others] = decoder.write(chunk as Buffer).split('\n');
    extend(rest);
    for (const next of others) {
      if (line) yield line;
      line = '';
      extend(next);
    }
  }
  if (line) yield line;
}
