import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { COLORS, type Color, otherColor } from '../../charts/names.js';
import type { Deployment, Service } from '../../plugin/core/kubernetes.js';
import { bluegreen, getJson, kubectl } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

const SERVED = 'kubectl-bluegreen.dev/served';

describe('an active Service that was deleted', () => {
  let release: TestRelease;
  const inNamespace = (...args: string[]) => kubectl(...args, '-n', release.namespace);
  const deploy = (...args: string[]) => release.bluegreen('deploy', ['-f', release.dist, ...args]);
  const service = (name: string) => getJson<Service>('service', name, '-n', release.namespace);
  const deployment = (color: Color) => getJson<Deployment>('deployment', `shop-${color}`, '-n', release.namespace);
  const imageOf = async (color: Color) => (await deployment(color)).spec.template.spec.containers[0]?.image;
  const recordOf = async (color: Color) =>
    JSON.parse((await deployment(color)).metadata.annotations?.[SERVED] ?? 'null');
  const podNames = async (color: Color) =>
    (await inNamespace('get', 'pods', '-l', `version=${color}`, '-o', 'name')).trim().split('\n').sort();

  async function promote(...args: string[]): Promise<void> {
    const { exitCode, stderr } = await release.bluegreen('promote', ['--yes', ...args]);
    expect({ exitCode, stderr }).toExitWith(0);
  }

  /** As an older version of the plugin left them: no record says which color had the traffic. */
  async function forget(): Promise<void> {
    for (const color of COLORS) await inNamespace('annotate', `deployment/shop-${color}`, `${SERVED}-`);
    for (const { metadata } of (await getJson<{ items: Deployment[] }>('replicasets', '-n', release.namespace)).items)
      await inNamespace('annotate', `replicaset/${metadata.name}`, `${SERVED}-`);
  }

  beforeAll(async () => {
    release = await createRelease('active-deleted', { preStopSeconds: 1 });
    await release.install();
  });
  afterAll(() => release?.remove());

  test('both Deployments say which color was installed, and which one traffic was moved to', async () => {
    expect([await recordOf('blue'), await recordOf('green')]).toEqual(
      Array(2).fill(expect.objectContaining({ color: 'blue', version: 'v0.1.0' })),
    );
    const pods = await podNames('blue');
    await promote('--version=v0.2.0');
    for (const color of COLORS) expect(await recordOf(color)).toMatchObject({ color: 'green', version: 'v0.2.0' });
    const last = JSON.parse(
      (await service('shop-active')).metadata.annotations?.['kubectl-bluegreen.dev/last-operation'] ?? '',
    );
    expect(await recordOf('blue')).toMatchObject({ operationId: last.id });
    // No Pod is replaced for a record.
    expect(await podNames('blue')).toEqual(pods);
  });

  test('is told by status, by its list and by promote, with what a deploy would do (exit 3)', async () => {
    await inNamespace('delete', 'service', 'shop-active');
    const said =
      /green had the traffic last, with v0\.2\.0, .*"kubectl bluegreen deploy shop -f dist\/" makes the Service anew for green, as it runs/;
    for (const verb of ['status', 'promote']) {
      const { exitCode, stderr } = await release.bluegreen(
        verb,
        verb === 'promote' ? ['--yes', '-f', release.dist] : [],
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringMatching(said) });
    }
    const { stdout } = await bluegreen(['status', '-n', release.namespace]);
    expect(stdout).toMatch(/shop +<unknown>[\s\S]*warning: shop: services "shop-active" not found/);
  });

  test('is made anew for the color that had the traffic, whose Pods stay; then the other one is deployed to', async () => {
    const pods = await podNames('green');
    release.synth({ colors: { blue: { version: 'v0.1.1' }, green: { version: 'v0.1.1' } } });
    const dry = await deploy('--dry-run');
    expect(dry.stdout).toMatch(
      /service\/shop-active is gone, and is made anew for green \(v0\.2\.0\) as it runs: .*; blue is deployed to afterwards/,
    );
    const { exitCode, stderr, stdout } = await deploy('--version=v0.1.0', '-o', 'json');
    expect({ exitCode, stderr }).toExitWith(0);
    // One document, of what was asked for.
    expect(JSON.parse(stdout)).toMatchObject({ operation: 'deploy', active: { color: 'green', version: 'v0.2.0' } });
    expect(await release.activeColor()).toBe('green');
    expect((await service('shop-preview')).spec.selector?.version).toBe('blue');
    expect(await podNames('green')).toEqual(pods);
    expect(await imageOf('blue')).toBe('engine-ops:v0.1.0');
    // Manifests do not state the record, and applying them leaves it.
    for (const color of COLORS) expect(await recordOf(color)).toMatchObject({ color: 'green', version: 'v0.2.0' });
    release.synth({});
  });

  test('is made anew for that color when it is blue, with every other Service that was deleted with it', async () => {
    await promote('--version=v0.1.0', '--to=blue');
    await inNamespace('delete', 'services', '--all');
    const { exitCode, stderr } = await deploy();
    expect({ exitCode, stderr }).toExitWith(0);
    expect(await release.activeColor()).toBe('blue');
    const selected = await Promise.all(
      ['preview', 'blue', 'green'].map(async (one) => (await service(`shop-${one}`)).spec.selector?.version),
    );
    expect(selected).toEqual(['green', 'blue', 'green']);
  });

  test('is made anew with the ports that the color runs with, although git has renamed them since', async () => {
    release.synth({ ports: [{ name: 'web', containerPort: 3000, servicePort: 80 }] });
    await inNamespace('delete', 'service', 'shop-active');
    const { exitCode, stderr } = await deploy();
    release.synth({});
    expect({ exitCode, stderr }).toExitWith(0);
    expect((await service('shop-active')).spec.ports?.map(({ targetPort }) => targetPort)).toEqual(['http']);
  });

  test('is made anew for the color of the newest record, whatever kubectl rollout undo brought back', async () => {
    await promote('--version=v0.2.0');
    // The Deployment gets the annotations of its older ReplicaSet, and of the older record with them.
    await inNamespace('rollout', 'undo', 'deployment/shop-green');
    await inNamespace('rollout', 'status', 'deployment/shop-green');
    await inNamespace('delete', 'service', 'shop-active');
    const { exitCode, stderr } = await deploy();
    expect({ exitCode, stderr }).toExitWith(0);
    expect(await release.activeColor()).toBe('green');
  });

  test('is refused where no record says which color it was, until --to does (exit 3)', async () => {
    await promote('--version=v0.2.0');
    const color = (await release.activeColor()) as Color;
    await forget();
    await inNamespace('delete', 'service', 'shop-active', 'shop-preview');
    const before = await release.fingerprint();
    const refused = await deploy();
    expect(refused).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(
        /no record says which color had the traffic last: blue runs .*, green runs .*: say with --to=blue or --to=green/,
      ),
    });
    expect(await release.fingerprint()).toEqual(before);
    const { exitCode, stderr } = await deploy(`--to=${color}`);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(await release.activeColor()).toBe(color);
  });

  test('is made anew for the color that the preview Service does not lead to, where no record says it', async () => {
    const color = (await release.activeColor()) as Color;
    await forget();
    await inNamespace('delete', 'service', 'shop-active');
    const { exitCode, stderr } = await deploy();
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr).toContain(`service "shop-preview" leads to ${otherColor(color)}, so ${color} had the traffic`);
    expect(await release.activeColor()).toBe(color);
  });

  test('and applied again by hand moves traffic: status and doctor say it, and the printed command takes it back', async () => {
    if ((await release.activeColor()) === 'blue') await promote('--to=green');
    await inNamespace('delete', 'service', 'shop-active');
    await inNamespace('apply', '-f', `${release.dist}/shop-traffic.k8s.yaml`);
    expect(await release.activeColor()).toBe('blue');
    expect((await release.bluegreen('status')).stdout).toContain('traffic is on blue, and green had it last');
    const { stdout } = await release.bluegreen('doctor', ['-o', 'json']);
    const finding = JSON.parse(stdout).findings.find(({ id }: { id: string }) => id === 'served-elsewhere');
    expect(finding).toMatchObject({
      fix: expect.stringMatching(/^kubectl bluegreen rollback shop --to=green /),
      effect: expect.stringMatching(/^moves traffic from blue \(.*\) to green \(.*\): /),
    });
  });
});
