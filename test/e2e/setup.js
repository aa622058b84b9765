import { execFileSync } from 'node:child_process';

/** Brings the test cluster up once for all end-to-end tests; it is left up, so that the next run starts in seconds. */
export default function setup() {
  execFileSync('npm', ['run', '--silent', 'cluster', '--', 'up'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
