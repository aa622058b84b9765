import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { RunReport } from '../../plugin/operations/report.js';
import { getJson, kubectl, kubectlWith } from './support/cluster.js';
import { refusedSince, setQuota } from './support/quota.js';
import { createRelease, type TestRelease } from './support/release.js';
import { bindPromoter, grant, rulesWithout } from './support/rules.js';
import { until } from './support/until.js';

jest.setTimeout(180_000);

describe('room for the Pods', () => {
  let release: TestRelease;

  /** Waits until there are so many Pods: those that are ending count as well. */
  const untilPods = (count: number) =>
    until(async () => {
      const { items } = await getJson<{ items: unknown[] }>('pods', '-n', release.namespace);
      return items.length === count;
    });

  async function everything(): Promise<unknown> {
    const { items } = await getJson<{ items: { metadata: { name: string; resourceVersion: string } }[] }>(
      'deployments,services,configmaps,jobs',
      '-n',
      release.namespace,
    );
    return items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]);
  }

  beforeAll(async () => {
    release = await createRelease('capacity');
    await release.install();
    await untilPods(4);
  });
  afterAll(() => release?.remove());

  const SHORT =
    'deployment "shop-green" needs 2 more Pods with 20m of requests.cpu: ' +
    'quota "compute" has 12m of requests.cpu left (40m of 52m used): 8m too little';

  test.each([
    ['promote', ['--version=v0.2.0', '--yes']],
    ['promote', ['--version=v0.2.0', '--dry-run']],
    ['deploy', ['--version=v0.2.0']],
  ])('%s %j is refused by how much a quota has too little, and changes nothing (exit 3)', async (verb, args) => {
    await setQuota(release.namespace, { 'requests.cpu': '52m' });
    const before = await everything();
    const { exitCode, stderr } = await release.bluegreen(verb, args);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`error: ${SHORT}\n`);
    expect(stderr).not.toContain('•');
    expect(await everything()).toEqual(before);
  });

  test('the refusal is a document as well', async () => {
    const { exitCode, stdout } = await release.bluegreen('promote', ['--version=v0.2.0', '--yes', '-o', 'json']);
    expect(exitCode).toBe(3);
    const outcome = JSON.parse(stdout) as RunReport;
    expect(outcome).toMatchObject({ phase: 'refused', message: expect.stringContaining(SHORT) });
  });

  test('a quota of Pods counts those that are there', async () => {
    await setQuota(release.namespace, { pods: '5' });
    const { exitCode, stderr } = await release.bluegreen('promote', ['--version=v0.2.0', '--dry-run']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      'deployment "shop-green" needs 2 more Pods: quota "compute" has 1 of pods left (4 of 5 used): 1 too little',
    );
  });

  test('a quota of limits wants limits, which a LimitRange can give', async () => {
    await setQuota(release.namespace, { 'limits.cpu': '1' });
    const { exitCode, stderr } = await release.bluegreen('promote', ['--version=v0.2.0', '--dry-run']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      'container "shop" of deployment "shop-green" does not say its limits.cpu, which quota "compute" wants',
    );

    const limits = [{ type: 'Container', default: { cpu: '600m' }, defaultRequest: { cpu: '10m' } }];
    const metadata = { name: 'defaults', namespace: release.namespace };
    await kubectlWith(
      { input: JSON.stringify({ apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits } }) },
      'apply',
      '-f',
      '-',
    );
    const again = await release.bluegreen('promote', ['--version=v0.2.0', '--dry-run']);
    expect(again.stderr).toContain(
      'needs 2 more Pods with 1200m of limits.cpu: quota "compute" has 1 of limits.cpu left',
    );
    await kubectl('delete', 'limitrange', 'defaults', '-n', release.namespace);
  });

  test('a manifest that means what is there needs no room', async () => {
    await setQuota(release.namespace, { pods: '4' });
    const { exitCode, stderr } = await release.bluegreen('deploy', ['-f', release.dist]);
    expect({ exitCode, stderr }).toExitWith(0);
  });

  test('a user who may read no quota is told that it was not looked at; the server refuses all the same', async () => {
    await setQuota(release.namespace, { pods: '4' });
    await grant(release.namespace, rulesWithout('resourcequotas', 'limitranges'));
    const promoter = await bindPromoter(release.namespace);
    const { exitCode, stderr } = await release.bluegreen('deploy', ['--version=v0.2.0', promoter]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      'whether the Pods fit is not known: limitranges, nodes and their pods, resourcequotas cannot be listed',
    );
    expect(stderr).toMatch(/FailedCreate: pods "shop-green-\S+" is forbidden: exceeded quota: compute/);
  });

  test('--skip-capacity-check lets the server say it', async () => {
    await setQuota(release.namespace, { pods: '8' });
    await until(async () => (await refusedSince(release.namespace)).length === 0);
    await untilPods(4);
    await setQuota(release.namespace, { pods: '4' });
    const { exitCode, stderr } = await release.bluegreen('deploy', ['--version=v0.2.0', '--skip-capacity-check']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('exceeded quota: compute');
    expect(await release.activeColor()).toBe('blue');
  });

  test('with room in the quota the same command promotes, though what was refused before may still stand', async () => {
    await setQuota(release.namespace, { pods: '8', 'requests.cpu': '80m' });
    const { exitCode, stderr } = await release.bluegreen('promote', ['--version=v0.2.0', '--yes']);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr).not.toContain('fit is not known');
    expect(await release.activeColor()).toBe('green');
  });

  test('rollback needs none for Pods that are there, and is refused for those that are not', async () => {
    await untilPods(4);
    await setQuota(release.namespace, { pods: '4' });
    expect(await release.bluegreen('rollback')).toExitWith(0);
    expect(await release.bluegreen('cleanup')).toExitWith(0);
    await untilPods(2);
    await setQuota(release.namespace, { pods: '3' });
    const { exitCode, stderr } = await release.bluegreen('rollback');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('deployment "shop-green" needs 2 more Pods: quota "compute" has 1 of pods left');
    expect(await release.activeColor()).toBe('blue');
  });

  test('nodes without room are warned of, and no more', async () => {
    await kubectl('delete', 'resourcequota', 'compute', '-n', release.namespace);
    release.synth({ resources: { requests: { cpu: '999', memory: '16Mi' } } });
    const { exitCode, stdout, stderr } = await release.bluegreen('promote', [
      '-f',
      release.dist,
      '--dry-run',
      '-o',
      'json',
    ]);
    expect(exitCode).toBe(0);
    const warning =
      /there is no room for 2 of 2 new Pods of deployment "shop-green": each needs 999 of cpu, and no node has more than \S+ left/;
    expect((JSON.parse(stdout) as RunReport).warnings.join()).toMatch(warning);
    expect(stderr).toMatch(warning);
  });
});

describe('a refusal from before', () => {
  /** Milliseconds after which the ReplicaSet controller tries again only seconds later. */
  const OLD = 6000;
  let release: TestRelease;

  beforeAll(async () => {
    release = await createRelease('capacity-earlier');
  });
  afterAll(() => release?.remove());

  test('is waited through: what it says may be over, and the next try is to come', async () => {
    await setQuota(release.namespace, { pods: '0' });
    await kubectl('apply', '-n', release.namespace, '-f', release.dist);
    await until(async () => {
      const since = await refusedSince(release.namespace);
      return since.length === 2 && since.every((at) => Date.now() - at > OLD);
    });
    await setQuota(release.namespace, { pods: '8' });
    const { exitCode, stderr } = await release.bluegreen('deploy', ['-f', release.dist]);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr).toMatch(
      /0 of 2 replicas are ready: it is tried again since FailedCreate: .*exceeded quota: compute/,
    );
  });
});
