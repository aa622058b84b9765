import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Deployment } from '../../plugin/core/kubernetes.js';
import type { RunReport } from '../../plugin/operations/report.js';
import type { Status } from '../../plugin/plan/status.js';
import { getJson, kubectl } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

interface Live {
  spec: { replicas: number; strategy: { rollingUpdate: object }; selector: Record<string, string> };
}

describe('a release from its first deploy to its rollback', () => {
  let release: TestRelease;
  const status = async () => JSON.parse((await release.bluegreen('status', ['-o', 'json'])).stdout) as Status;

  beforeAll(async () => {
    release = await createRelease('lifecycle');
  });
  afterAll(() => release?.remove());

  test('the first deploy installs both colors and sends traffic to the one that the spec names', async () => {
    const { exitCode, stdout, stderr } = await release.bluegreen('deploy', ['-f', release.dist]);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stdout).toMatch(/^service\/shop-active created$/m);
    expect(await status()).toMatchObject({
      release: 'shop',
      namespace: release.namespace,
      active: { color: 'blue', version: 'v0.1.0', image: 'engine-ops:v0.1.0', desired: 2, ready: 2, endpoints: 2 },
      idle: { color: 'green', version: 'v0.1.0', image: 'engine-ops:v0.1.0', desired: 2 },
      lastOperation: { kind: 'deploy', from: 'blue', to: 'blue', outcome: 'installed' },
    });
  });

  test('a dry run prints the plan and changes nothing', async () => {
    const before = await release.fingerprint();
    const { exitCode, stdout } = await release.bluegreen('promote', ['--version=v0.2.0', '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('switch service/shop-active from blue to green');
    expect(await release.fingerprint()).toEqual(before);
  });

  test('promote moves traffic to the new version and leaves evidence', async () => {
    const args = ['-f', release.dist, '--version=v0.2.0', '--yes', '-o', 'json'];
    const { exitCode, stdout, stderr } = await release.bluegreen('promote', args);
    expect({ exitCode, stderr }).toExitWith(0);
    const outcome = JSON.parse(stdout) as RunReport;
    expect(outcome).toMatchObject({
      release: 'shop',
      namespace: release.namespace,
      context: (await kubectl('config', 'current-context')).trim(),
      active: { color: 'green', version: 'v0.2.0', ready: 2, endpoints: 2 },
      idle: { color: 'blue', version: 'v0.1.0' },
      phase: 'complete',
      exitCode: 0,
      operationId: (await status()).lastOperation?.id,
    });
    const verify = outcome.steps.find((step) => 'verified' in step) as unknown as { verified: object[] };
    expect(verify.verified).toHaveLength(2);
    expect(verify.verified[0]).toMatchObject({ checks: [{ name: 'health', status: 200 }, {}, {}] });
    expect((await status()).lastOperation).toMatchObject({
      kind: 'promote',
      from: 'blue',
      to: 'green',
      outcome: 'complete',
    });
  });

  test('preview shows the color that has no traffic, and the strategy of the spec is back', async () => {
    const preview = await getJson<Live>('service', 'shop-preview', '-n', release.namespace);
    expect(preview.spec.selector).toEqual({ app: 'shop', version: 'blue' });
    const green = await getJson<Live>('deployment', 'shop-green', '-n', release.namespace);
    expect(green.spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test.each([
    ['the same version', ['--version=v0.2.0', '--yes']],
    ['the color that has the traffic', ['--to=green', '--yes']],
    ['both', ['-f', 'DIST', '--version=v0.2.0', '--to=green', '--yes']],
  ])('promote again with %s finds nothing to do', async (_, args) => {
    const before = await release.fingerprint();
    const { exitCode, stderr } = await release.bluegreen(
      'promote',
      args.map((arg) => (arg === 'DIST' ? release.dist : arg)),
    );
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr).toContain('nothing to do: green is active and runs v0.2.0');
    expect(await release.fingerprint()).toEqual(before);
  });

  test('promote does not deploy another version to the color that has the traffic', async () => {
    const { exitCode, stderr } = await release.bluegreen('promote', ['--version=v0.1.0', '--to=green', '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('error: green is active and runs v0.2.0, not v0.1.0');
  });

  test('verify checks every Pod of the idle color, or of the one named', async () => {
    const idle = await release.bluegreen('verify');
    expect(idle.exitCode).toBe(0);
    expect(idle.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(idle.stdout).toMatch(/^pod\/shop-blue-\S+ verified$/m);
    const active = await release.bluegreen('verify', ['green', '-o', 'json']);
    expect(JSON.parse(active.stdout)).toMatchObject({ color: 'green', pods: [{}, {}] });
  });

  test('rollback scales a color that was scaled down up, verifies it, and moves traffic back', async () => {
    await kubectl('scale', 'deployment/shop-blue', '--replicas=0', '-n', release.namespace);
    const { exitCode, stdout, stderr } = await release.bluegreen('rollback');
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stdout).toContain('service/shop-active patched\n');
    expect(await status()).toMatchObject({
      active: { color: 'blue', version: 'v0.1.0', desired: 2, ready: 2 },
      lastOperation: { kind: 'rollback', from: 'green', to: 'blue', outcome: 'complete' },
    });
  });

  test('rollback --to a color that has the traffic finds nothing to do', async () => {
    const { exitCode, stderr } = await release.bluegreen('rollback', ['--to=blue']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('nothing to do: blue is active');
  });

  test('promote takes yes from a pipe, without new manifests', async () => {
    const { exitCode, stderr } = await release.bluegreen('promote', [], { input: 'yes\n' });
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr).toContain('Do you want to continue? (y/N)');
    expect(await release.activeColor()).toBe('green');
  });

  test('deploy brings the idle color to a version and leaves traffic alone', async () => {
    const { exitCode, stderr } = await release.bluegreen('deploy', ['--version=v0.2.0']);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(await status()).toMatchObject({
      active: { color: 'green' },
      idle: { color: 'blue', version: 'v0.2.0', ready: 2 },
    });
  });

  test('rollback moves traffic back from green to blue as well', async () => {
    expect((await release.bluegreen('rollback', ['-o', 'yaml'])).stdout).toContain('phase: complete');
    expect(await release.activeColor()).toBe('blue');
  });

  test('status prints a table for people, and the names that scripts ask for', async () => {
    const { stdout } = await release.bluegreen('status');
    expect(stdout).toMatch(/^blue {4}active {4}v0\.2\.0 {4}2\/2 {5}2$/m);
    expect((await release.bluegreen('status', ['-o', 'name'])).stdout).toBe('service/shop-active');
  });

  test('changed checks reach the color with the deploy that succeeds, and no other', async () => {
    const policy = async () => {
      const { metadata } = await getJson<Deployment>('deployment', 'shop-green', '-n', release.namespace);
      return metadata.annotations?.['kubectl-bluegreen.dev/policy'];
    };
    const before = await policy();
    release.synth({ checks: [{ name: 'only', path: '/api/v1/health', retries: 1 }] });
    expect((await release.bluegreen('deploy', ['-f', release.dist, '--version=v0.3.0'])).exitCode).toBe(3);
    expect(await policy()).toBe(before);
    const { exitCode, stderr } = await release.bluegreen('deploy', ['-f', release.dist]);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(JSON.parse((await policy()) ?? '')).toMatchObject({ checks: [{ name: 'only' }] });
    expect(await release.activeColor()).toBe('blue');
    expect((await release.bluegreen('deploy', ['-f', release.dist])).stdout).not.toContain('applied');
  });

  test('no run leaves its Lease or a proxy behind', async () => {
    expect((await getJson<{ items: unknown[] }>('leases', '-n', release.namespace)).items).toEqual([]);
  });
});
