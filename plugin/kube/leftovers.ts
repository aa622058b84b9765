import { existsSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';

/** Prefix of the folder in which a run has its socket. */
export const FOLDER_PREFIX = 'kubectl-bluegreen-';
export const SOCKET = 'api.sock';

const SETPRIV = '/usr/bin/setpriv';
/** A folder younger than this may be of a run whose proxy does not serve yet. */
const YOUNG_MS = 60_000;

/**
 * What a program is started with so that it ends when this process does, even by SIGKILL; nothing where there is no such thing.
 *
 * @see https://man7.org/linux/man-pages/man1/setpriv.1.html
 */
export function parentDeathArguments(platform: NodeJS.Platform): readonly string[] {
  return platform === 'linux' && existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'TERM', '--'] : [];
}

/**
 * Removes what runs that were killed have left beside a folder that was just made: this user's, not young, and no process
 * serves on its socket. Ages are by the clock of the file system, which may be another than this machine's.
 */
export async function removeLeftovers(own: string): Promise<void> {
  const [parent, { mtimeMs: now }] = [dirname(own), await lstat(own)];
  const names = (await readdir(parent)).filter((name) => name.startsWith(FOLDER_PREFIX) && name !== basename(own));
  await Promise.all(names.map((name) => removeLeftover(join(parent, name), now)));
}

async function removeLeftover(folder: string, now: number): Promise<void> {
  const stat = await lstat(folder);
  if (!stat.isDirectory() || stat.uid !== process.getuid?.() || now - stat.mtimeMs < YOUNG_MS) return;
  if (await isServed(join(folder, SOCKET))) return;
  await rm(folder, { recursive: true, force: true });
}

function isServed(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.unref();
    connection.on('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.on('error', () => resolve(false));
  });
}
