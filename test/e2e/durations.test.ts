import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

let release: TestRelease;
const folder = mkdtempSync(join(tmpdir(), 'bluegreen-e2e-'));

beforeAll(async () => {
  release = await createRelease('durations', { replicas: 1 });
  await release.install();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await release?.remove();
});

const promote = async (...args: string[]) => {
  const to = (await release.activeColor()) === 'blue' ? 'green' : 'blue';
  return release.bluegreen('promote', ['--yes', `--to=${to}`, '--soak=0s', ...args]);
};

describe('durations with a fraction, and longer than a timer lasts', () => {
  test.each([
    ['--verify-timeout=16.1s'],
    ['--verify-timeout=600h'],
    ['--verify-timeout=0'],
    ['--request-timeout=600h'],
    ['--request-timeout=16.1s'],
    ['--check-timeout=600h', '--check-interval=0.1ms'],
    ['--check-timeout=9.0001s', '--timeout=0.3h'],
    ['--timeout=2562047h', '--soak=0.3s'],
    ['--switch=overlap', '--overlap=1.05s'],
  ])('promote %s %s', async (...args) => {
    expect(await promote(...args.filter(Boolean))).toExitWith(0);
  });

  test('cleanup --after=0.1s', async () => {
    expect(await release.bluegreen('cleanup', ['--after=0.1s'])).toExitWith(0);
  });

  test('verify, status, logs and doctor with 600h and 16.1s', async () => {
    expect(await release.bluegreen('verify', [await release.activeColor(), '--verify-timeout=16.1s'])).toExitWith(0);
    expect(await release.bluegreen('status', ['--request-timeout=600h'])).toExitWith(0);
    expect(await release.bluegreen('logs', ['--since=0.5h', '--request-timeout=16.1s'])).toExitWith(0);
    expect(await release.bluegreen('doctor', ['--check-timeout=600h', '--verify-timeout=16.1s'])).toExitWith(0);
  });

  test.each([
    ['--verify-timeout=0.5s', 'the verification did not end in 0.5s'],
    ['--check-timeout=0.25s', 'no complete answer in 0.25s'],
  ])('a verification with %s ends at its time', async (flag, words) => {
    release.synth({ env: { PORT: '3000', FAULTS: '/api/v1/health=delay:1500' } });
    const { exitCode, stderr } = await release.bluegreen('deploy', ['-f', release.dist, flag]);
    expect({ exitCode, stderr }).toExitWith(3);
    expect(stderr).toContain(words);
  });

  test.each([
    ['--check-timeout=0s', 'invalid duration "0s" for --check-timeout: want more than none'],
    ['--timeout=2562048h', 'invalid duration "2562048h" for --timeout: want at most 2562047h'],
  ])('%s is refused before the cluster is asked', async (flag, words) => {
    const { exitCode, stderr } = await release.bluegreen('deploy', [flag]);
    expect({ exitCode, stderr }).toExitWith(2);
    expect(stderr).toBe(`error: ${words}`);
  });
});

describe('a folder for temporary files that', () => {
  test.each([
    ['is missing', '/nonexistent'],
    ['is no folder', '/dev/null'],
    ['has too long a path for a socket', join(folder, 'x'.repeat(100))],
  ])('%s does not keep a run from its end', async (_, path) => {
    if (path.startsWith(folder)) mkdirSync(path, { recursive: true });
    const env = { TMPDIR: path };
    for (const verb of ['status', 'verify', 'history', 'doctor', 'diff']) {
      const args = verb === 'verify' ? [await release.activeColor()] : verb === 'diff' ? ['-f', release.dist] : [];
      const { exitCode, stderr } = await release.bluegreen(verb, args, { env });
      expect({ verb, path, exitCode, stderr }).toExitWith(verb === 'diff' ? 1 : 0);
    }
    const { exitCode, stderr } = await release.bluegreen('promote', ['--yes', '--dry-run'], { env });
    expect({ exitCode, stderr }).toExitWith(0);
  });
});
