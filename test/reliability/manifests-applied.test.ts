import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import type { Deployment, Service } from '../../plugin/core/kubernetes.js';
import { lastOperation } from '../../plugin/plan/operation.js';
import { until } from '../cluster/wait.js';
import { createNamespace, deleteNamespace, getJson, kubectl } from '../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { countedTest } from './support/counted.js';

jest.setTimeout(240_000);

const test = countedTest('manifests-applied', {
  place: 3,
  promise: 'The active Service, objects that left the manifests, and replicas are as the manifests say',
  unit: 'changes of manifests',
});

let release: TestRelease;
beforeAll(async () => {
  release = await createRelease('applied', {
    replicas: 2,
    autoscaling: undefined,
    service: { type: 'NodePort', annotations: { 'example.com/lb': 'a', 'example.com/old': 'b' } },
    networkPolicy: { ingressFrom: [{ ipBlock: { cidr: '0.0.0.0/0' } }] },
  });
  await release.install();
});
afterAll(() => release?.remove());

const promote = (version: string, ...args: string[]) =>
  release.bluegreen('promote', ['-f', release.dist, `--version=${version}`, '--yes', ...args]);
const active = () => getJson<Service>('service', 'shop-active', '-n', release.namespace);
const replicas = async (color: string) =>
  (await getJson<Deployment>('deployment', `shop-${color}`, '-n', release.namespace)).spec.replicas;

describe('the active Service', () => {
  test('gets what its manifest says in the request that moves traffic, and loses what it no longer says', async () => {
    const { spec: before } = await active();
    release.synth({ service: { type: 'NodePort', annotations: { 'example.com/lb': 'c' } } });
    expect(await promote('v0.2.0')).toExitWith(0);
    const { metadata, spec } = await active();
    expect(metadata.annotations).toMatchObject({ 'example.com/lb': 'c' });
    expect(metadata.annotations).not.toHaveProperty(['example.com/old']);
    expect(spec.ports).toEqual(before.ports);
    const { stdout } = await release.bluegreen('diff', ['-f', release.dist, '-o', 'json']);
    const { changes } = JSON.parse(stdout) as { changes: { object: string }[] };
    expect(changes.map(({ object }) => object)).not.toContain('service/shop-active');
  });

  test('is back as it was when the watch switches back', async () => {
    const { metadata, spec } = await active();
    release.synth({ service: { type: 'ClusterIP', annotations: { 'example.com/lb': 'd' } } });
    const args = ['--soak=20s', '--timeout=60s'];
    const run = promote('v0.1.0', ...args);
    const color = await release.activeColor();
    // Pods that are gone before the proof are replaced before the watch, which then has nothing to say.
    const isWatched = async () => (lastOperation(await active())?.outcome === 'proved' ? true : undefined);
    await until(isWatched, { what: 'the watch', timeoutMs: 90_000 });
    expect((await active()).metadata.annotations).toMatchObject({ 'example.com/lb': 'd' });
    const other = color === 'blue' ? 'green' : 'blue';
    await kubectl(
      'delete',
      'pods',
      '-n',
      release.namespace,
      '-l',
      `app=shop,version=${other}`,
      '--grace-period=0',
      '--force',
    );
    expect(await run).toExitWith(6);
    const now = await active();
    expect(now.spec.type).toBe(spec.type);
    expect(now.spec.ports).toEqual(spec.ports);
    expect(now.metadata.annotations).toMatchObject({ 'example.com/lb': metadata.annotations?.['example.com/lb'] });
    release.synth({});
  });

  test('is refused with the words of the server, and nothing changed, where the server cannot change it', async () => {
    const namespace = await createNamespace('taken');
    try {
      await kubectl('create', 'service', 'nodeport', 'taker', '--tcp=80', '--node-port=31999', '-n', namespace);
      const before = await release.fingerprint();
      release.synth({});
      const file = join(release.dist, 'shop-traffic.k8s.yaml');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace('    - name: http\n', '    - name: http\n      nodePort: 31999\n'));
      const { exitCode, stderr } = await promote('v0.1.0');
      expect({ exitCode, stderr }).toExitWith(3);
      expect(stderr).toMatch(/service\/shop-active cannot be applied as its manifest has it: .*already allocated/);
      expect(await release.fingerprint()).toEqual(before);
    } finally {
      await deleteNamespace(namespace);
    }
  });
});

describe('an object that left the manifests', () => {
  const policies = () => kubectl('get', 'networkpolicies', '-n', release.namespace, '-o', 'name');

  test('stays with a warning, goes with --apply-shared, and stays with --prune=false', async () => {
    release.synth({ networkPolicy: undefined });
    const told = await promote('v0.2.0', '--to=green');
    expect(told.stderr).toMatch(/warning: networkpolicy.networking.k8s.io\/shop is not in the manifests any more/);
    expect(await policies()).toContain('shop');
    const kept = await promote('v0.1.0', '--apply-shared', '--prune=false', '--to=blue');
    expect(kept).toExitWith(0);
    expect(await policies()).toContain('shop');
    const gone = await promote('v0.2.0', '--apply-shared', '--to=green');
    expect(gone).toExitWith(0);
    expect(await policies()).toBe('');
  });
});

describe('replicas', () => {
  test('are those that a person gave the active color, and the run says so', async () => {
    const color = await release.activeColor();
    const other = color === 'blue' ? 'green' : 'blue';
    release.synth({ networkPolicy: undefined });
    await kubectl('scale', `deployment/shop-${color}`, '-n', release.namespace, '--replicas=3');
    await kubectl('rollout', 'status', `deployment/shop-${color}`, '-n', release.namespace, '--timeout=60s');
    const { exitCode, stderr } = await promote('v0.1.0', `--to=${other}`);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr).toMatch(/scaled to 3 replicas by kubectl/);
    expect(await replicas(other)).toBe(3);
  });

  test('go over to an autoscaler without a moment at 1', async () => {
    const color = await release.activeColor();
    const other = color === 'blue' ? 'green' : 'blue';
    release.synth({
      networkPolicy: undefined,
      replicas: undefined,
      autoscaling: { minReplicas: 2, maxReplicas: 6, averageCpuUtilizationPercent: 80 },
    });
    expect(await promote('v0.2.0', `--to=${other}`)).toExitWith(0);
    const events = await kubectl(
      'get',
      'events',
      '-n',
      release.namespace,
      '--field-selector=reason=ScalingReplicaSet',
      '-o',
      'jsonpath={.items[*].message}',
    );
    expect(events).not.toMatch(/shop-\w+-\w+ (from \d+ )?to 1\b.*from [2-9] to 1/);
    expect(await replicas(other)).toBeGreaterThanOrEqual(2);
  });
});
