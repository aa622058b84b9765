import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RefusedError } from './errors.js';

/** Bytes that the path of a unix socket may have on every platform: macOS has room for 104, with the byte that ends it. */
const LONGEST_SOCKET_PATH = 103;
const DEFAULT: [string, string][] = [['"/tmp"', '/tmp']];
/** What mkdtemp puts behind a prefix. */
const RANDOM = 'XXXXXX';

export interface FolderWanted {
  /** What its name begins with. */
  readonly prefix: string;
  /** What it is for, such as "the connection". */
  readonly purpose: string;
  /** The name of a unix socket that is to be in it. */
  readonly socket?: string;
}

/**
 * Makes a folder that only this user can enter: where temporary files belong, which TMPDIR says; where that is missing, may
 * not be written to, or has too long a name for a socket, in XDG_RUNTIME_DIR, and at last in /tmp.
 *
 * @throws RefusedError that says of each why it does not do
 */
export function makePrivateFolder(
  { prefix, purpose, socket = '' }: FolderWanted,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const reasons: string[] = [];
  for (const [name, parent] of parents(env)) {
    const bytes = socket === '' ? 0 : Buffer.byteLength(join(parent, prefix + RANDOM, socket));
    try {
      if (bytes <= LONGEST_SOCKET_PATH) return mkdtempSync(join(parent, prefix));
      reasons.push(`in ${name}: its path is too long for a socket`);
    } catch (cause) {
      // Behind the comma stands the path, with letters that mean nothing.
      reasons.push(`in ${name}: ${(cause as Error).message.split(', ')[0]}`);
    }
  }
  throw new RefusedError(
    `cannot make a folder for ${purpose} ${reasons.join('; ')}\nset TMPDIR to a folder that you may write to`,
  );
}

/** Where folders may be made, by how a message names the place: first the one that Node takes, whose rules these are. */
function parents(env: NodeJS.ProcessEnv): Map<string, string> {
  if (process.platform === 'win32') return new Map([[`"${tmpdir()}"`, tmpdir()]]);
  const set = ['TMPDIR', 'TMP', 'TEMP'].find((name) => env[name]);
  const names = [...(set ? [set] : []), 'XDG_RUNTIME_DIR'];
  const paths = names.flatMap((name): [string, string][] => (env[name] ? [[`${name} "${env[name]}"`, env[name]]] : []));
  return new Map(set ? [...paths, ...DEFAULT] : [...DEFAULT, ...paths]);
}
