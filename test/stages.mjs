// Runs npm scripts in turn, says which one, and stops at the first that fails: `node test/stages.mjs build lint`.
import { spawnSync } from 'node:child_process';

// The npm that runs this, wherever it is, and without a shell.
const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];

for (const stage of process.argv.slice(2)) {
  console.log(`\n== ${stage}`);
  const started = performance.now();
  const { status, signal, error } = spawnSync(npm[0], [...npm.slice(1), 'run', '--silent', stage], {
    stdio: 'inherit',
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (status !== 0) {
    console.log(`== ${stage} failed after ${seconds} s: ${error?.message ?? signal ?? `exit code ${status}`}`);
    process.exit(status || 1);
  }
  console.log(`== ${stage}: ${seconds} s`);
}
