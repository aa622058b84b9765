import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { findLimitRangeRefusals } from '../../plugin/plan/capacity/limit-range.js';
import type { LimitRange, LimitRangeItem, PodNeeds, ResourceRequirements } from '../../plugin/plan/capacity/objects.js';
import { createNamespace, deleteNamespace, getJson, kubectl, run } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';
import { until } from './support/until.js';

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

describe('a Pod is refused just when the API server refuses it', () => {
  const amount = fc.constantFrom('10m', '0.1', '150m', '200m', '1', '2');
  const cpu = fc.option(
    amount.map((value) => ({ cpu: value })),
    { nil: undefined },
  );
  const resources = fc.record({ requests: cpu, limits: cpu }) as fc.Arbitrary<ResourceRequirements>;
  const ratio = fc.option(
    fc.constantFrom('1', '1500m', '2', '10').map((value) => ({ cpu: value })),
    { nil: undefined },
  );
  const bounds = { min: cpu, max: cpu, maxLimitRequestRatio: ratio };
  const ranges = fc.oneof(
    fc.tuple(fc.record({ type: fc.constant('Container'), default: cpu, defaultRequest: cpu, ...bounds })),
    fc.tuple(fc.record({ type: fc.constant('Pod'), ...bounds })),
    fc.tuple(
      fc.record({ type: fc.constant('Container'), default: cpu, defaultRequest: cpu }),
      fc.record({ type: fc.constant('Pod'), ...bounds }),
    ),
  );
  const restartPolicy = fc.constantFrom('Always', undefined);
  const pods = fc.record({
    containers: fc.array(resources, { minLength: 1, maxLength: 2 }),
    initContainers: fc.array(fc.record({ resources, restartPolicy }), { maxLength: 2 }),
  });

  const podOf = ({ containers, initContainers }: typeof pods extends fc.Arbitrary<infer T> ? T : never) => ({
    containers: containers.map((own, index) => ({ name: `c${index}`, image: 'engine-ops:v0.1.0', resources: own })),
    initContainers: initContainers.map((own, index) => ({ name: `i${index}`, image: 'engine-ops:v0.1.0', ...own })),
  });

  /** Indexes of the Pods that a dry run creates. */
  async function created(namespace: string, specs: readonly object[]): Promise<number[]> {
    const items = specs.map((spec, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `p-${index}`, namespace },
      spec,
    }));
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const { stdout } = await run(['kubectl', 'create', '--dry-run=server', '-f', '-'], { input });
    return [...stdout.matchAll(/^pod\/p-(\d+) created/gm)].map(([, index]) => Number(index)).sort((a, b) => a - b);
  }

  test.each([11, 12, 13, 14, 15, 16, 17, 18])('whatever the bounds and the Pods (seed %i)', async (seed) => {
    const namespace = await createNamespace('bounds');
    try {
      await until(
        async () => (await run(['kubectl', 'get', 'serviceaccount/default', '-n', namespace])).exitCode === 0,
      );
      // Without a LimitRange the server says which of the Pods are valid at all.
      const all = fc.sample(pods, { seed, numRuns: 40 }).map(podOf);
      const valid = (await created(namespace, all)).map((index) => all[index] as PodNeeds & object);
      for (const limits of fc.sample(ranges, { seed, numRuns: 20 }))
        if ((await createRange(namespace, limits as LimitRangeItem[])).exitCode === 0) break;
      const range = await getJson<LimitRange>('limitrange', 'bounds', '-n', namespace);
      const refuses = (pod: PodNeeds) => findLimitRangeRefusals([{ owner: 'it', pod }], [range]).length > 0;
      const expected = valid.flatMap((pod, index) => (refuses(pod) ? [] : [index]));
      expect({ range: range.spec, created: await created(namespace, valid) }).toEqual({
        range: range.spec,
        created: expected,
      });
    } finally {
      await deleteNamespace(namespace);
    }
  });
});
