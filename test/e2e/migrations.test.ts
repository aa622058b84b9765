import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clusterCommand } from '../cluster/exec.js';
import { getJson, kubectl, type Result } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';
import { bindPromoter, grant, MIGRATION_RULES, RULES } from './support/rules.js';

jest.setTimeout(180_000);

const SERVER = ['/engine-ops'];
/** Says a line, then ends well. */
const WORKING = { command: SERVER, env: { FAULTS: 'process=exit:0' } };
const FAILING = { command: SERVER, env: { FAULTS: 'process=exit:3' } };
const SLOW = { command: ['/bin/sleep', '6'] };

interface Job {
  metadata: { name: string; uid: string };
  spec: { template: { spec: { containers: { image: string }[] } } };
}

const jobsOf = async (release: TestRelease) => (await getJson<{ items: Job[] }>('jobs', '-n', release.namespace)).items;
const imagesOf = async (release: TestRelease) =>
  (await jobsOf(release)).map(({ spec }) => spec.template.spec.containers[0]?.image).sort();

function expectDone({ exitCode, stderr }: Result): void {
  expect({ exitCode, stderr }).toExitWith(0);
}

describe('migrations that work', () => {
  let release: TestRelease;

  beforeAll(async () => {
    release = await createRelease('migrations', { migrations: WORKING });
  });
  afterAll(() => release?.remove());

  const promote = (...args: string[]) => release.bluegreen('promote', ['--yes', ...args]);

  test('run at the first install, after the ConfigMap and before any Deployment, and their log is shown', async () => {
    const installed = await release.bluegreen('deploy', ['-f', release.dist]);
    expectDone(installed);
    expect(await imagesOf(release)).toEqual(['engine-ops:v0.1.0']);
    const order = installed.stdout.split('\n').map((line) => line.split('-')[0]);
    expect(order.slice(0, 3)).toEqual(['configmap/shop', 'job.batch/shop', 'service/shop']);
    expect(installed.stderr).toMatch(/^ {2}shop-migrate-\w{10}-\w{5}: .*exit, as told$/m);
    expect(installed.stderr).toMatch(/^ {2}job\.batch\/shop-migrate-\w{10} is complete$/m);
  });

  test('are in the plan before the idle color is touched, and a dry run makes none', async () => {
    const { exitCode, stdout } = await promote('--version=v0.2.0', '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {3}1\. run job\.batch\/shop-migrate-\w{10} \(image engine-ops:v0\.2\.0\) once$/m);
    expect(stdout).toMatch(/^ {3}2\. patch deployment\.apps\/shop-green: image engine-ops:v0\.2\.0/m);
    expect(await imagesOf(release)).toEqual(['engine-ops:v0.1.0']);
  });

  test('run with the version that --version names, without manifests', async () => {
    expectDone(await promote('--version=v0.2.0'));
    expect(await imagesOf(release)).toEqual(['engine-ops:v0.1.0', 'engine-ops:v0.2.0']);
    expect(await release.activeColor()).toBe('green');
  });

  test('do not run for a rollback, nor again for a version that had them', async () => {
    const before = await jobsOf(release);
    expectDone(await release.bluegreen('rollback'));
    const again = await promote('--version=v0.2.0');
    expectDone(again);
    expect(again.stderr).toMatch(/^ {2}it completed at \S+: not run again$/m);
    expect((await jobsOf(release)).map(({ metadata }) => metadata.uid)).toEqual(before.map((job) => job.metadata.uid));
  });

  test('have Pods that no Service leads to and status does not count', async () => {
    const { stdout } = await release.bluegreen('status', ['-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ active: { ready: 2, endpoints: 2 }, idle: { ready: 2, endpoints: 2 } });
  });
});

describe('migrations that do not', () => {
  let release: TestRelease;
  let before: unknown;

  beforeAll(async () => {
    release = await createRelease('failing', { replicas: 1 });
    expectDone(await release.bluegreen('deploy', ['-f', release.dist]));
    before = await release.fingerprint();
  });
  afterAll(() => release?.remove());

  const promote = (migrations: object, ...args: string[]) => {
    release.synth({ migrations });
    return release.bluegreen('promote', ['--yes', '-f', release.dist, '--version=v0.2.0', ...args]);
  };
  const expectRefused = async ({ exitCode, stderr }: Result, message: RegExp) => {
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(3);
    expect(await release.fingerprint()).toEqual(before);
  };

  test('fail: their log is shown, and traffic and both colors stay as they were (exit 3)', async () => {
    const result = await promote(FAILING, '-o', 'json');
    const failed = /error: job "shop-migrate-\w{10}" failed: pod "\S+" ended with exit code 3 \(BackoffLimitExceeded\)/;
    await expectRefused(result, failed);
    expect(result.stderr).toMatch(/^ {2}shop-migrate-\w{10}-\w{5}: .*exit, as told$/m);
    expect(JSON.parse(result.stdout)).toMatchObject({
      phase: 'migrate',
      exitCode: 3,
      message: expect.stringContaining('exit, as told'),
    });
    expect(result.stderr).not.toContain('put back');
  });

  test('are replaced by a rerun', async () => {
    const [first] = await jobsOf(release);
    await expectRefused(await promote(FAILING), /ended with exit code 3/);
    const [second, ...others] = await jobsOf(release);
    expect([second?.metadata.name, others]).toEqual([first?.metadata.name, []]);
    expect(second?.metadata.uid).not.toBe(first?.metadata.uid);
  });

  test('take too long: they are stopped, and what they logged cannot harm a terminal', async () => {
    const chatty = { command: SERVER, env: { FAULTS: 'log=escapes' }, activeDeadlineSeconds: 5 };
    const result = await promote(chatty);
    await expectRefused(result, /failed: .*\(DeadlineExceeded\)/);
    expect(result.stderr).toContain('\\u001b[31mred');
    expect(result.stderr).not.toContain('\u001b');
  });

  test('cannot start: the Job goes, since it would start later with nobody to see to it', async () => {
    const names = async () => (await jobsOf(release)).map(({ metadata }) => metadata.name);
    const jobs = await names();
    const result = await promote({ image: 'engine-ops:v9.9.9' });
    await expectRefused(result, /error: job "shop-migrate-\w{10}" cannot start: .*ImagePullBackOff/);
    expect(await names()).toEqual(jobs);
  });

  test('need rights of their own: without them the server refuses (exit 3), with them a promotion is done', async () => {
    const { namespace } = release;
    release.synth({ migrations: WORKING });
    // The live policy becomes the manifest's, as when a GitOps tool applies the file.
    const file = `${release.dist}/shop-green.k8s.yaml`;
    await kubectl('apply', '--server-side', '--force-conflicts', '-n', namespace, '-f', file);
    await kubectl('rollout', 'status', 'deployment/shop-green', '-n', namespace, '--timeout=60s');
    before = await release.fingerprint();
    await grant(namespace, RULES);
    const promoter = await bindPromoter(namespace);
    const asPromoter = () => release.bluegreen('promote', ['--yes', '--version=v0.2.0', promoter]);
    await expectRefused(
      await asPromoter(),
      /^Error from server \(Forbidden\): jobs\.batch .* cannot get resource "jobs"/m,
    );
    await grant(namespace, [...RULES, ...MIGRATION_RULES]);
    expectDone(await asPromoter());
    expect(await release.activeColor()).toBe('green');
  });
});

describe('migrations that are cut off', () => {
  let release: TestRelease;

  beforeAll(async () => {
    release = await createRelease('cutoff', { replicas: 1 });
    expectDone(await release.bluegreen('deploy', ['-f', release.dist]));
    release.synth({ migrations: SLOW });
  });
  afterAll(() => release?.remove());

  /** Starts a promotion, and sends it SIGINT as soon as it says something. */
  async function interrupt(
    args: readonly string[],
    words: string,
  ): Promise<{ exitCode: number | null; stderr: string }> {
    const { file, args: rest, env } = clusterCommand(['kubectl-bluegreen', 'promote', 'shop', ...args]);
    const child = spawn(file, rest, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.includes(words)) child.kill('SIGINT');
      lines.push(line);
    });
    const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { exitCode, stderr: lines.join('\n') };
  }

  test('by a signal are left to finish, and the same command waits for them', async () => {
    const args = ['--yes', '-f', release.dist, '--version=v0.2.0'];
    const cut = await interrupt(['-n', release.namespace, ...args], 'is Running');
    expect(cut.exitCode).toBe(130);
    expect(cut.stderr).toMatch(/warning: job\.batch\/shop-migrate-\w{10} is left to finish/);
    const [job] = await jobsOf(release);
    expect(await release.activeColor()).toBe('blue');

    const again = await release.bluegreen('promote', args);
    expectDone(again);
    expect(again.stderr).toContain('  it is running already: waiting for it');
    expect((await jobsOf(release)).map(({ metadata }) => metadata.uid)).toEqual([job?.metadata.uid]);
    expect(await release.activeColor()).toBe('green');
  });
});
