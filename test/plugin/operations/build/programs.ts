import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../temporary.js';

/** A folder of programs for PATH: shell scripts, by name. */
export function programs(scripts: Readonly<Record<string, string>>): { path: string; env: NodeJS.ProcessEnv } {
  const path = temporaryFolder();
  for (const [name, script] of Object.entries(scripts)) {
    const file = join(path, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
  return { path, env: { PATH: path } };
}

/** A builder that says its version, and does the rest. */
export const builderScript = (version: string, rest = '') =>
  `if [ "$1" = --version ]; then echo "${version} version 1.2.3"; exit; fi\n${rest}`;
