import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { stringify } from 'yaml';
import { bluegreen, createNamespace, deleteNamespace, getJson, kubectl } from './support/cluster.js';
import { createRelease, SPEC, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

describe('two releases of a namespace', () => {
  let folder: string;
  let namespace: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bluegreen-names-'));
    namespace = await createNamespace('names');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await deleteNamespace(namespace);
  });

  const spec = (name: string, more: object) => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, stringify({ ...SPEC, name, namespace, ...more }, { aliasDuplicateObjects: false }));
    return file;
  };
  const synth = (...args: string[]) => bluegreen(['synth', ...args, `--output-dir=${join(folder, 'dist')}`]);
  test('that would take turns with an object are refused, and no file is written', async () => {
    const shop = spec('shop', { serviceAccount: { name: 'runner' } });
    const cart = spec('cart', { serviceAccount: { name: 'runner' } });
    const { exitCode, stderr } = await synth(shop, cart);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `error: ${cart}: serviceAccount: serviceaccount "runner" is also made by release "shop" of ${shop} in namespace "${namespace}"`,
    );
    expect(readdirSync(folder)).not.toContain('dist');
  });

  test('of which one is there already are refused, and so is a name that is a color of it', async () => {
    expect(await synth(spec('app', { config: { scope: 'color', data: { GREETING: 'hello' } } }))).toExitWith(0);
    const { exitCode, stderr } = await synth(spec('app-blue', {}));
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/configmap "app-blue-config" is also made by release "app" of \S+app-blue\.k8s\.yaml/);
  });

  test('that synth accepts can both be created', async () => {
    const files = [spec('shop', { serviceAccount: { name: 'runner' }, replicas: 1 }), spec('cart', { replicas: 1 })];
    rmSync(join(folder, 'dist'), { recursive: true });
    expect(await synth(...files)).toExitWith(0);
    await kubectl('create', '-f', join(folder, 'dist'));
    // A create of what is there already would have failed.
    const { items } = await getJson<{ items: unknown[] }>('configmaps,deployments', '-n', namespace, '-l', 'app');
    expect(items).toHaveLength(6);
  });
});

describe('the NetworkPolicy of a release', () => {
  let release: TestRelease;
  const policy = { networkPolicy: { ingressFrom: [{ namespaceSelector: {} }] } };
  beforeAll(async () => {
    release = await createRelease('netpol', { ...policy, replicas: 1, service: { type: 'ClusterIP' } });
    await release.install();
  });
  afterAll(() => release?.remove());

  interface Live {
    spec: {
      podSelector: { matchLabels: Record<string, string> };
      ingress: { ports: { port: string | number }[] }[];
    };
  }
  const live = () => getJson<Live>('networkpolicy', 'shop', '-n', release.namespace);

  test('selects the Pods of both colors, and no other workload of the same label', async () => {
    const other = ['run', 'shop-canary', '--image=engine-ops:v0.1.0', '--labels=app=shop,version=canary'];
    await kubectl(...other, '-n', release.namespace);
    const labels = Object.entries((await live()).spec.podSelector.matchLabels).map((entry) => entry.join('='));
    const selected = await kubectl('get', 'pods', '-n', release.namespace, '-l', labels.join(','), '-o', 'name');
    expect(selected.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/^pod\/shop-blue-/),
      expect.stringMatching(/^pod\/shop-green-/),
    ]);
    await kubectl('delete', 'pod', 'shop-canary', '-n', release.namespace, '--wait=false');
  });

  test('admits the ports of both colors while they differ', async () => {
    release.synth({ env: { PORT: '4000' }, ports: [{ name: 'http', containerPort: 4000, servicePort: 80 }] });
    expect(await release.bluegreen('promote', ['-f', release.dist, '--version=v0.2.0', '--yes'])).toExitWith(0);
    const [rule] = (await live()).spec.ingress;
    const { items } = await getJson<{
      items: { spec: { containers: { ports: { name: string; containerPort: number }[] }[] } }[];
    }>('pods', '-n', release.namespace, '-l', 'app=shop,deployment-type=blue-green');
    const listening = items.flatMap(({ spec }) => spec.containers.flatMap(({ ports }) => ports));
    expect(new Set(listening.map(({ containerPort }) => containerPort))).toEqual(new Set([3000, 4000]));
    const admitted = rule?.ports.map(({ port }) => port) ?? [];
    for (const port of listening) expect(admitted).toContain(port.name);
  });
});
