import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The wall clock of runs, which a test sets; the machine's own is left as it is. */
export interface WallClock {
  /** For the plugin's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets it ahead of the machine's, or with a negative number behind it; at once, also for runs that have begun. */
  set(aheadMs: number): void;
  remove(): void;
}

export function wallClock(): WallClock {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-clock-'));
  const file = join(folder, 'ahead');
  const preload = join(import.meta.dirname, 'stepping-clock.mjs');
  return {
    env: { NODE_OPTIONS: `--import=${preload}`, STEPPING_CLOCK: file },
    set: (aheadMs) => writeFileSync(file, String(aheadMs)),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
