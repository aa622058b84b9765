import { readFileSync } from 'node:fs';
import { execa } from 'execa';

/** Unmounts everything that is mounted at this path, which may be nothing. */
export async function unmount(path: string): Promise<void> {
  const mounted = () =>
    readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .some((line) => line.split(' ')[4] === path);
  while (mounted()) {
    await execa('umount', [path]);
  }
}
