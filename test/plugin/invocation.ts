import { Readable } from 'node:stream';
import type { FlagValue, Invocation } from '../../plugin/invocation/invocation.js';

export interface FakeInvocation extends Invocation {
  readonly out: () => string;
  readonly err: () => string;
}

/** A call of the program that keeps what it writes. */
export function invocationOf(
  args: readonly string[] = [],
  flags: Record<string, FlagValue> = {},
  env: NodeJS.ProcessEnv = {},
): FakeInvocation {
  const out: string[] = [];
  const err: string[] = [];
  return {
    verb: 'promote',
    args,
    flags,
    env,
    stdin: Readable.from([]),
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    signal: new AbortController().signal,
    out: () => out.join(''),
    err: () => err.join(''),
  };
}
