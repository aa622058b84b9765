import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Pod } from '../../plugin/core/kubernetes.js';
import type { RunReport } from '../../plugin/operations/report.js';
import { until } from '../cluster/wait.js';
import { startServiceLoad } from '../load/start.js';
import { getJson, kubectl, run } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';
import { start } from './support/running.js';

jest.setTimeout(300_000);

const ROUNDS = 20;

interface Live {
  metadata: { name: string };
  spec: { replicas: number };
  status: { readyReplicas?: number };
}

describe('cleanup', () => {
  let release: TestRelease;
  const replicas = async (color: string) =>
    (await getJson<Live>('deployment', `shop-${color}`, '-n', release.namespace)).spec.replicas;
  const rollback = async (to: string) => {
    const { exitCode, stderr } = await release.bluegreen('rollback', [`--to=${to}`]);
    expect({ exitCode, stderr }).toExitWith(0);
  };
  /** Traffic on blue, green idle with both replicas. */
  const restore = async () => {
    await rollback('green');
    await rollback('blue');
    expect(await replicas('green')).toBe(2);
  };

  beforeAll(async () => {
    release = await createRelease('cleanup');
    await release.install();
  });
  afterAll(() => release?.remove());

  test('a dry run says what would be done and changes nothing', async () => {
    const before = await release.fingerprint();
    const { exitCode, stdout } = await release.bluegreen('cleanup', ['--dry-run', '--after=1h']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/1\. wait until 3600s have passed since traffic moved to blue \(20.*Z\)\n/);
    expect(stdout).toContain('2. scale deployment.apps/shop-green from 2 to 0 replicas');
    expect(await release.fingerprint()).toEqual(before);
  });

  test('keeps one replica warm, then none, and leaves the active color alone', async () => {
    const kept = await release.bluegreen('cleanup', ['--keep=1']);
    expect(kept).toMatchObject({ exitCode: 0, stdout: 'deployment.apps/shop-green scaled' });
    expect(await replicas('green')).toBe(1);
    const { exitCode, stdout } = await release.bluegreen('cleanup', ['-o', 'json']);
    expect(exitCode).toBe(0);
    const outcome = JSON.parse(stdout) as RunReport;
    expect(outcome).toMatchObject({ operation: 'cleanup', phase: 'complete', idle: { color: 'green', desired: 0 } });
    expect(outcome.steps).toMatchObject([{ kind: 'scale-down', status: 'done', from: 1, to: 0 }]);
    expect([await replicas('blue'), await replicas('green'), await release.activeColor()]).toEqual([2, 0, 'blue']);
  });

  test('finds nothing to do the second time', async () => {
    const { exitCode, stderr } = await release.bluegreen('cleanup');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('nothing to do: green is idle and has 0 replicas');
  });

  test('is undone by a rollback, which scales up before it moves traffic', async () => {
    await rollback('green');
    expect(await replicas('green')).toBe(2);
    await rollback('blue');
  });

  test('refuses to keep fewer than an autoscaler would, by its name, but goes to 0', async () => {
    const hpa = ['hpa', '-n', release.namespace];
    await kubectl('autoscale', 'deployment/shop-green', '--min=2', '--max=3', '--cpu=80', '-n', release.namespace);
    const { exitCode, stderr } = await release.bluegreen('cleanup', ['--keep=1']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      'horizontalpodautoscaler "shop-green" keeps deployment "shop-green" at 2 replicas or more',
    );
    expect(await replicas('green')).toBe(2);
    expect(await release.bluegreen('cleanup')).toExitWith(0);
    expect(await replicas('green')).toBe(0);
    await kubectl('delete', ...hpa, 'shop-green');
    await restore();
  });

  test('can be taken back where an autoscaler allows fewer than serve now, which is said', async () => {
    await kubectl('autoscale', 'deployment/shop-green', '--min=1', '--max=1', '--cpu=80', '-n', release.namespace);
    expect(await release.bluegreen('cleanup')).toExitWith(0);
    const back = await release.bluegreen('rollback', ['--to=green']);
    expect(back).toExitWith(0);
    expect(back.stderr).toContain(
      'warning: green gets 1 replicas, the most that horizontalpodautoscaler "shop-green" allows; blue has the traffic with 2',
    );
    expect([await release.activeColor(), await replicas('green')]).toEqual(['green', 1]);
    await rollback('blue');
    await kubectl('delete', 'hpa', 'shop-green', '-n', release.namespace);
    await restore();
  });

  test('says with --exec how many connections the color still has', async () => {
    const [pod] = (await getJson<{ items: Pod[] }>('pods', '-n', release.namespace, '-l', 'app=shop,version=green'))
      .items;
    const connect = 'for (let i = 0; i < 3; i++) net.connect(3000, process.argv[1], () => console.log("connected"))';
    const client = start(['node', '-e', connect, pod?.status?.podIP ?? '']);
    await client.until('three connections', () => client.out().split('\n').length > 3);
    const { exitCode, stdout, stderr } = await release.bluegreen('cleanup', ['--keep=1', '--exec', '-o', 'json']);
    await client.end('SIGTERM');
    expect({ exitCode, stderr }).toExitWith(0);
    const { steps } = JSON.parse(stdout) as { steps: { pods?: { pod: string; connections: number }[] }[] };
    const pods = steps.flatMap((step) => step.pods ?? []);
    expect(pods).toHaveLength(2);
    // A probe of the kubelet may be under way.
    expect(pods.find((one) => one.pod === pod?.metadata.name)?.connections).toBeGreaterThanOrEqual(3);
    expect(stderr).toMatch(/[3-9] connections to 2 Pods of green/);
    await restore();
  });

  test('is told by the server what it may not list', async () => {
    const as = `--as=system:serviceaccount:${release.namespace}:nobody`;
    const { exitCode, stderr } = await release.bluegreen('cleanup', [as]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Error from server (Forbidden): ');
    expect(await replicas('green')).toBe(2);
  });

  test('waits until the time is over, without a Lease, and says how long', async () => {
    const { lastOperation } = JSON.parse((await release.bluegreen('status', ['-o', 'json'])).stdout);
    const elapsed = (Date.now() - Date.parse(lastOperation.at)) / 1000;
    const waiting = release.bluegreen('cleanup', [`--after=${Math.ceil(elapsed) + 6}s`]);
    const leases = await kubectl('get', 'leases', '-n', release.namespace, '-o', 'name');
    const { exitCode, stderr } = await waiting;
    expect({ exitCode, leases }).toEqual({ exitCode: 0, leases: '' });
    expect(stderr).toMatch(/traffic moved \d+s ago, \ds to wait/);
    expect(Date.now() - Date.parse(lastOperation.at)).toBeGreaterThanOrEqual((Math.ceil(elapsed) + 6) * 1000);
    expect(await replicas('green')).toBe(0);
    await restore();
  });

  test('stops at SIGINT while it waits, with nothing changed', async () => {
    const before = await release.fingerprint();
    const command = ['timeout', '--signal=INT', '3', 'kubectl-bluegreen', 'cleanup', 'shop', '--after=1h'] as const;
    const { stderr } = await run([...command, '-n', release.namespace]);
    expect(stderr).toContain('interrupted by SIGINT');
    expect(await release.fingerprint()).toEqual(before);
  });

  test('gives up when traffic moves while it waits (exit 4)', async () => {
    const waiting = release.bluegreen('cleanup', ['--after=1h']);
    // Time for it to have seen blue; were it later, it would refuse (exit 3) while the rollback is not complete.
    await sleep(3000);
    await rollback('green');
    const { exitCode, stderr } = await waiting;
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/service "shop-active" was changed by .* \(rollback .*\) since this run began/);
    expect([await replicas('blue'), await replicas('green')]).toEqual([2, 2]);
    await rollback('blue');
  });

  test('loses no request of a load, although traffic was on that color a moment ago', async () => {
    const load = await startServiceLoad(release.namespace, 'shop-active', { clients: 16, pauseMs: 2 });
    const answered = (color: string, more: number) => async () =>
      ((await load.report()).colors[color] ?? 0) >= more ? true : undefined;
    await until(answered('blue', 1000), { what: 'answers of blue', timeoutMs: 60_000 });
    await rollback('green');
    expect(await release.bluegreen('cleanup')).toExitWith(0);
    const pods = ['pods', '-n', release.namespace, '-l', 'app=shop,version=blue'];
    const gone = async () => ((await getJson<{ items: [] }>(...pods)).items.length === 0 ? true : undefined);
    await until(gone, { what: 'the Pods of blue to be gone', timeoutMs: 60_000 });
    const green = (await load.report()).colors.green ?? 0;
    await until(answered('green', green + 1000), { what: 'answers of green', timeoutMs: 60_000 });
    expect(await load.stop()).toMatchObject({ failed: 0, failures: [] });
    await rollback('blue');
  });

  test(`${ROUNDS} times against a rollback: the active color always has all its Pods`, async () => {
    const codes: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const to = (await release.activeColor()) === 'blue' ? 'green' : 'blue';
      const [back, cleanup] = await Promise.all([
        release.bluegreen('rollback', [`--to=${to}`]),
        // Without its Lease a run is held by the fence alone.
        release.bluegreen('cleanup').finally(() => kubectl('delete', 'leases', '--all', '-n', release.namespace)),
        kubectl('delete', 'leases', '--all', '-n', release.namespace),
      ]);
      const active = await release.activeColor();
      const { spec, status } = await getJson<Live>('deployment', `shop-${active}`, '-n', release.namespace);
      expect({ spec, status, round }).toMatchObject({ spec: { replicas: 2 }, status: { readyReplicas: 2 } });
      const expected = [0, 3, 4];
      expect({ codes: expected, stderr: back.stderr }).toMatchObject({
        codes: expect.arrayContaining([back.exitCode]),
      });
      expect({ codes: expected, stderr: cleanup.stderr }).toMatchObject({
        codes: expect.arrayContaining([cleanup.exitCode]),
      });
      codes.push(`${back.exitCode}${cleanup.exitCode}`);
      // A rollback prepares the other color again, so that the next round has something to race for.
      if (round % 2 === 1) await restore();
    }
    expect(codes.some((code) => code.startsWith('0'))).toBe(true);
  });
});
