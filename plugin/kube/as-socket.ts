import type { Duplex } from 'node:stream';

/** A stream with the methods that Node's HTTP client calls on what it takes for a TCP socket. */
export function asSocket<T extends Duplex>(stream: T): T {
  const same = () => stream;
  return Object.assign(stream, { setTimeout: same, setNoDelay: same, setKeepAlive: same, ref: same, unref: same });
}
