import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { LimitRangeItem } from '../../plugin/plan/capacity/objects.js';
import { getJson, kubectl, run } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

const createRange = (namespace: string, limits: readonly LimitRangeItem[]) => {
  const range = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'bounds', namespace }, spec: { limits } };
  return run(['kubectl', 'create', '-f', '-'], { input: JSON.stringify(range) });
};

describe('a LimitRange of the namespace', () => {
  let release: TestRelease;
  beforeAll(async () => {
    release = await createRelease('limits', { resources: { requests: { cpu: '10m' }, limits: { cpu: '200m' } } });
    await release.install();
  });
  afterAll(() => release?.remove());

  async function within<T>(limits: readonly LimitRangeItem[], work: () => Promise<T>): Promise<T> {
    expect(await createRange(release.namespace, limits)).toExitWith(0);
    try {
      return await work();
    } finally {
      await kubectl('delete', 'limitrange', 'bounds', '-n', release.namespace);
    }
  }

  test.each<[string, LimitRangeItem, string]>([
    [
      'the most for a container',
      { type: 'Container', max: { cpu: '100m' } },
      'container "shop" of deployment "shop-green" has 200m of limits.cpu: LimitRange "bounds" wants at most 100m for each Container',
    ],
    [
      'the least for a Pod',
      { type: 'Pod', min: { cpu: '50m' } },
      'each Pod of deployment "shop-green" has 10m of requests.cpu: LimitRange "bounds" wants at least 50m for each Pod',
    ],
    [
      'the ratio of limit and request',
      { type: 'Container', maxLimitRequestRatio: { cpu: '4' } },
      'a limit of 200m and a request of 10m of cpu: LimitRange "bounds" wants a limit of at most 4 times the request',
    ],
  ])('refuses a version by %s before anything changes (exit 3)', async (_, limits, message) => {
    const before = await release.fingerprint();
    const { exitCode, stderr } = await within([limits], () =>
      release.bluegreen('promote', ['--version=v0.2.0', '--yes']),
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('•');
    expect(await release.fingerprint()).toEqual(before);
  });

  test('refuses the Pod of a migration before it is waited for', async () => {
    release.synth({ migrations: { args: ['--version'], resources: { limits: { cpu: '300m' } } } });
    const { exitCode, stderr } = await within([{ type: 'Container', max: { cpu: '250m' } }], () =>
      release.bluegreen('deploy', ['-f', release.dist, '--version=v0.2.0']),
    );
    release.synth({});
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/container "migrate" of job "shop-migrate-\w+" has 300m of limits.cpu/);
    expect((await getJson<{ items: unknown[] }>('jobs', '-n', release.namespace)).items).toEqual([]);
  });

  test('does not refuse what makes no Pod', async () => {
    const deploy = () => release.bluegreen('deploy', ['-f', release.dist]);
    expect(await within([{ type: 'Container', max: { cpu: '100m' } }], deploy)).toExitWith(0);
  });

  test('is not looked at with --skip-capacity-check: the server says it', async () => {
    const { exitCode, stderr } = await within([{ type: 'Container', max: { cpu: '100m' } }], () =>
      release.bluegreen('deploy', ['--version=v0.2.0', '--skip-capacity-check']),
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain('maximum cpu usage per Container is 100m, but limit is 200m');
    expect(await release.activeColor()).toBe('blue');
  });
});
