import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Starts a `kubectl proxy` that ends when this process exits.
 *
 * @returns its origin, such as `http://127.0.0.1:40123`
 * @throws Error when it ends before it serves
 */
export function startProxy(): Promise<string> {
  const child = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`kubectl proxy ended with exit code ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, origin] = /^Starting to serve on (\S+)/.exec(line) ?? [];
      if (origin) resolve(`http://${origin}`);
    });
  });
}
