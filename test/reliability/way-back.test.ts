import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import { POLICY_ANNOTATION } from '../../charts/names.js';
import type { Deployment } from '../../plugin/core/kubernetes.js';
import { getJson, kubectl } from '../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { countedTest } from './support/counted.js';

jest.setTimeout(240_000);

const test = countedTest('way-back', {
  place: 4,
  promise:
    'A color is judged by the checks of the version that it runs, so the way back is open; a person may force it',
  unit: 'ways back',
});

const check = (path: string, more: object = {}) => ({
  path,
  timeoutSeconds: 2,
  retries: 1,
  intervalSeconds: 1,
  ...more,
});

interface Entry {
  kind: string;
  to: string;
  message?: string;
}

/** There is always a way back: each color is judged by what its own version asks. */
describe('a new version that brings a check which only it passes', () => {
  let release: TestRelease;
  const passesOnV2 = { checks: [check('/api/v1/health', { name: 'feature', json: { version: 'v0.2.0' } })] };

  beforeAll(async () => {
    release = await createRelease('way-back', { replicas: 1, service: { type: 'ClusterIP' } });
    await release.install();
  });
  afterAll(() => release?.remove());

  test('leaves the color that serves as healthy as it was, for verify and for doctor', async () => {
    release.synth(passesOnV2);
    expect(await release.bluegreen('deploy', ['-f', release.dist, '--version=v0.2.0'])).toExitWith(0);
    expect(await release.bluegreen('verify', ['blue'])).toExitWith(0);
    expect(await release.bluegreen('verify', ['green'])).toExitWith(0);
    const { stdout } = await release.bluegreen('doctor');
    expect(stdout).not.toContain('(traffic)');
    expect(stdout).not.toContain('rollback');
  });

  test('does not take the way back, which is judged by the checks of the version that is there', async () => {
    expect(await release.bluegreen('promote', ['-f', release.dist, '--version=v0.2.0', '--yes'])).toExitWith(0);
    expect(await release.bluegreen('rollback')).toExitWith(0);
    expect(await release.activeColor()).toBe('blue');
  });

  test('is judged by it again when a revision is brought back', async () => {
    release.synth({ checks: [check('/api/v1/health', { name: 'other', json: { version: 'v0.1.0' } })] });
    expect(await release.bluegreen('deploy', ['-f', release.dist, '--version=v0.1.0'])).toExitWith(0);
    const { exitCode, stdout, stderr } = await release.bluegreen('rollback', [
      '--to=green',
      '--to-revision=0',
      '-o',
      'json',
    ]);
    expect({ exitCode, stderr }).toExitWith(0);
    const { steps } = JSON.parse(stdout) as { steps: { kind: string; checks?: string[] }[] };
    expect(steps.find(({ kind }) => kind === 'verify')?.checks).toEqual(['feature']);
    expect(await release.activeColor()).toBe('green');
  });
});

describe('a color whose checks fail', () => {
  let release: TestRelease;
  beforeAll(async () => {
    release = await createRelease('forced', { replicas: 1 });
    await release.install();
    const gone = check('/nothing', { name: 'gone', status: [418] });
    const { metadata } = await getJson<Deployment>('deployment', 'shop-green', '-n', release.namespace);
    const policy = { ...JSON.parse(metadata.annotations?.[POLICY_ANNOTATION] ?? ''), checks: [gone] };
    const annotation = `${POLICY_ANNOTATION}=${JSON.stringify(policy)}`;
    await kubectl('annotate', '--overwrite', 'deployment/shop-green', '-n', release.namespace, annotation);
  });
  afterAll(() => release?.remove());

  test('gets no traffic by a rollback, and gets it by one that a person forces, which says so and is on record', async () => {
    expect(await release.bluegreen('rollback', ['--to=green'])).toExitWith(3);
    expect(await release.activeColor()).toBe('blue');

    const forced = await release.bluegreen('rollback', ['--to=green', '--force']);
    expect(forced).toExitWith(0);
    expect(forced.stderr).toContain('warning: passed over, as --force says: pod');
    expect(await release.activeColor()).toBe('green');
    const { stdout } = await release.bluegreen('history', ['-o', 'json']);
    const { entries } = JSON.parse(stdout) as { entries: Entry[] };
    const moved = entries.find(({ kind, to }) => kind === 'rollback' && to === 'green');
    expect(moved?.message).toMatch(/^forced: pod .*check "gone"/);
  });

  test('is refused also then when it has no Pod that is ready', async () => {
    await kubectl('set', 'image', 'deployment/shop-blue', '-n', release.namespace, 'shop=engine-ops:gone');
    const refused = await release.bluegreen('rollback', ['--to=blue', '--force', '--timeout=8s']);
    expect(refused).toExitWith(3);
    expect(await release.activeColor()).toBe('green');
  });
});
