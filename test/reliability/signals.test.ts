import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clusterCommand } from '../cluster/exec.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { counter } from './support/counted.js';
import { ownTemporaryFolder, removeTemporaryFolder, runCutOff, type Target } from './support/cut-off.js';
import { shapeOf } from './support/faults.js';
import { startFaultyServer } from './support/faulty-server.js';
import { untilGone } from './support/processes.js';

jest.setTimeout(60_000);

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;
const VERIFY: Target = { shape: 'GET /api/v1/namespaces/*/pods/*/portforward', nth: 1, boundary: 'before' };
const SWITCH: Target = { shape: 'PATCH /api/v1/namespaces/*/services/shop-active', nth: 1, boundary: 'before' };

const count = counter('signals', {
  place: 1,
  promise: 'a signal or a closed output: nothing before the patch, all of it after, the second signal ends at once',
  unit: 'runs',
});

let release: TestRelease;

beforeAll(async () => {
  release = await createRelease('signals');
  await release.install();
});
afterAll(async () => {
  await release?.remove();
});

/** Without the Lease that a run which ended at once has left. */
const fingerprint = async () => ((await release.fingerprint()) as unknown[][]).filter(([kind]) => kind !== 'Lease');

const promote = async () => {
  const to = (await release.activeColor()) === 'blue' ? 'green' : 'blue';
  return { to, argv: ['promote', 'shop', '-n', release.namespace, '--yes', `--to=${to}`, '--soak=0s'] };
};

describe.each(SIGNALS)('%s', (signal, code) => {
  test(`before the patch ends the run with ${code}, everything as it was`, () =>
    count(async () => {
      const { argv } = await promote();
      const before = await fingerprint();
      const folder = ownTemporaryFolder();
      const { exitCode, words } = await runCutOff(argv, folder, { signal, target: VERIFY });
      expect({ exitCode, words }).toMatchObject({
        exitCode: code,
        words: expect.stringContaining(`interrupted by ${signal}`),
      });
      expect(await fingerprint()).toEqual(before);
      expect(removeTemporaryFolder(folder)).toEqual([]);
    }));

  test.each(['before', 'after'] as const)(
    'at the patch (%s) has the switch finished, and the same command does the rest',
    (boundary) =>
      count(async () => {
        const { to, argv } = await promote();
        const folder = ownTemporaryFolder();
        const { exitCode, words } = await runCutOff(argv, folder, { signal, target: { ...SWITCH, boundary } });
        expect({ exitCode, words }).toMatchObject({
          exitCode: code,
          words: expect.stringContaining(`traffic of shop is on ${to}`),
        });
        expect(await release.activeColor()).toBe(to);
        expect(removeTemporaryFolder(folder)).toEqual([]);
        const again = await release.bluegreen('promote', [`--to=${to}`, '--yes']);
        expect(again).toMatchObject({
          exitCode: 0,
          stderr: expect.stringContaining('finishing the operation that was cut off'),
        });
      }),
  );

  test('sent twice ends at once, whatever the run is at', () =>
    count(async () => {
      const { argv } = await promote();
      const folder = ownTemporaryFolder();
      const server = await startFaultyServer();
      const { file, args, env } = clusterCommand(['kubectl-bluegreen', ...argv]);
      const child = spawn(file, args, { env: { ...env, ...server.env, TMPDIR: folder }, stdio: 'ignore' });
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      server.interfere({
        at: (exchange, boundary) => {
          if (shapeOf(exchange) !== VERIFY.shape || boundary !== 'before') return;
          // Its answer never comes: a run that ended in order would wait for it.
          child.kill(signal);
          // Two that arrive as one count as one.
          const again = setInterval(() => child.kill(signal), 50);
          child.once('exit', () => clearInterval(again));
          return new Promise(() => undefined);
        },
      });
      expect(await ended).toBe(code);
      await server.stop();
      await untilGone(`TMPDIR=${folder}`);
      expect(removeTemporaryFolder(folder)).toEqual([]);
      expect(await release.bluegreen('status')).toExitWith(0);
    }));
});

test.each([
  ['stdout', '| head -c 0'],
  ['stderr', '2>&1 >/dev/null | head -c 0'],
])('a closed %s does not stop a switch', (_, closing) =>
  count(async () => {
    const { to, argv } = await promote();
    // The shell is the test's: it gives the plugin a pipe that nobody reads.
    const script = `kubectl-bluegreen ${argv.join(' ')} -o json ${closing}; exit "\${PIPESTATUS[0]}"`;
    const { file, args, env } = clusterCommand(['bash', '-c', script]);
    const child = spawn(file, args, { env, stdio: 'ignore' });
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
    expect(await release.activeColor()).toBe(to);
  }),
);
