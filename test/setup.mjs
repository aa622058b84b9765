// Makes `npm run demo` and `npm run cluster` work in a fresh clone: installs and builds what is missing or older than its sources.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

process.chdir(dirname(import.meta.dirname));

const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const newest = (dir) =>
  Math.max(
    0,
    ...readdirSync(dir, { recursive: true })
      .filter((f) => f.endsWith('.ts'))
      .map((f) => modified(join(dir, f))),
  );
// stdout belongs to the command that follows.
const run = (...command) => execFileSync(command[0], command.slice(1), { stdio: ['ignore', 2, 2] });

if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  run('npm', 'ci', '--ignore-scripts');
}
if (modified('lib/plugin/bin.js') < Math.max(newest('plugin'), newest('charts'), modified('build.mjs'))) {
  run('node', 'build.mjs');
}
if (
  process.env.BLUEGREEN_TEST_PROGRAM === 'standalone' &&
  modified('lib/standalone/bin') < modified('lib/plugin/bin.js')
) {
  run('node', 'build-standalone.mjs');
}
