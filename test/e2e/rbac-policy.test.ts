import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { getJson, kubectl, run } from './support/cluster.js';
import {
  ACTIVE,
  allowEverything,
  applyPolicies,
  container,
  DELETIONS,
  forbidEverything,
  removePolicies,
  tryPatch,
} from './support/policies.js';
import { createRelease, type TestRelease } from './support/release.js';
import { until } from './support/until.js';

jest.setTimeout(180_000);

afterAll(removePolicies);

const annotated = (name: string) => ({ metadata: { annotations: { [name]: 'x' } } });
const selecting = (selector: object) => ({ spec: { selector } });
const BLUE = 'deployment/shop-blue';

const DENIED: readonly (readonly [string, string, object, string])[] = [
  ['the image', BLUE, container({ image: 'evil:v1' }), 'spec.template may not be changed'],
  ['the environment', BLUE, container({ env: [{ name: 'A', value: 'b' }] }), 'spec.template may not be changed'],
  ['a label', BLUE, { metadata: { labels: { team: 'x' } } }, 'metadata.labels may not be changed'],
  ['an annotation of others', BLUE, annotated('example.com/x'), 'annotation example.com/x may not be changed'],
  ['an owner', BLUE, { metadata: { finalizers: ['example.com/x'] } }, 'metadata.finalizers may not be changed'],
  ['the pause', BLUE, { spec: { paused: true } }, 'spec.paused may not be changed'],
  [
    'the strategy',
    BLUE,
    { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } },
    'its strategy may be changed',
  ],
  ['the ports', ACTIVE, { spec: { ports: [{ port: 81 }] } }, 'spec.ports may not be changed'],
  ['the type', ACTIVE, { spec: { type: 'NodePort' } }, 'spec.type'],
  ['the external addresses', ACTIVE, { spec: { externalIPs: ['192.0.2.1'] } }, 'spec.externalIPs may not be changed'],
  ['the affinity', ACTIVE, { spec: { sessionAffinity: 'ClientIP' } }, 'spec.sessionAffinity'],
  ['a label', ACTIVE, { metadata: { labels: { team: 'x' } } }, 'metadata.labels may not be changed'],
  ['an annotation of others', ACTIVE, annotated('example.com/x'), 'annotation example.com/x may not be changed'],
  ['the checks', ACTIVE, annotated('kubectl-bluegreen.dev/policy'), 'annotation kubectl-bluegreen.dev/policy may'],
  ['the application', ACTIVE, selecting({ app: 'other' }), 'its selector may lead to the colors of shop alone'],
  ['the color', ACTIVE, selecting({ version: 'red' }), 'its selector may lead to the colors of shop alone'],
  ['every label', ACTIVE, selecting({ app: null, version: null }), 'its selector may lead to'],
  ['more labels', ACTIVE, selecting({ tier: 'db' }), 'its selector may lead to the colors of shop alone'],
  ['both colors', 'service/shop-preview', selecting({ version: null }), 'its selector may lead to'],
  ['the color', 'service/shop-blue', selecting({ version: 'green' }), 'its selector may lead to'],
];

describe('the policies for promote', () => {
  let release: TestRelease;
  let as: string;

  beforeAll(async () => {
    release = await createRelease('policy', { replicas: 1 });
    await release.install();
    as = `--as=system:serviceaccount:${release.namespace}:shop-promote`;
    await allowEverything(release, `--serviceaccount=${release.namespace}:shop-promote`);
    await applyPolicies(release, [as], ['--for=promote', '--for=cleanup', '--role-name=shop-promote'], DELETIONS);
  });
  afterAll(() => release?.remove());

  test('hold expressions that the API server finds nothing to say about', async () => {
    for (const resource of ['services', 'deployments']) {
      const name = `${release.namespace}.shop-promote.${resource}`;
      await until(async () => (await typeChecking(name)) !== undefined);
      expect(await typeChecking(name)).toEqual({});
    }
  });

  async function typeChecking(name: string): Promise<object | undefined> {
    const { status } = await getJson<{ status?: { typeChecking?: object } }>('validatingadmissionpolicy', name);
    return status?.typeChecking;
  }

  test.each(DENIED)('deny a change of %s of %s', async (_, resource, patch, words) => {
    const { exitCode, stderr } = await tryPatch(release, resource, patch, [as]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
    expect(stderr).toMatch(/\(Forbidden\).*is forbidden: ValidatingAdmissionPolicy '\S+' with binding/);
    // Whoever is not bound may do it.
    expect(await tryPatch(release, resource, patch, [])).toExitWith(0);
  });

  test.each(['service/shop-active', 'service/shop-blue', BLUE])('deny the deletion of %s', async (object) => {
    const erase = ['kubectl', 'delete', object, '-n', release.namespace, '--dry-run=server'] as [string, ...string[]];
    expect((await run([...erase, as])).stderr).toContain('it may neither be created nor deleted');
    expect(await run(erase)).toExitWith(0);
  });

  test("deny the creation of what is the release's, and of nothing else", async () => {
    await kubectl('delete', 'service', 'shop-preview', '-n', release.namespace);
    const create = (name: string) =>
      run([
        'kubectl',
        'create',
        'service',
        'clusterip',
        name,
        '--tcp=80',
        '-n',
        release.namespace,
        '--dry-run=server',
        as,
      ]);
    expect((await create('shop-preview')).stderr).toContain('it may neither be created nor deleted');
    expect(await create('other')).toExitWith(0);
    expect(await release.bluegreen('deploy', ['-f', release.dist])).toExitWith(0);
  });

  test('let a promotion, a rollback, an overlapping switch and a cleanup through', async () => {
    // From here on the Role is all that the promoter has.
    await forbidEverything(release);
    for (const [verb, ...args] of [
      ['promote', '--yes'],
      ['rollback'],
      ['promote', '--yes', '--switch=overlap', '--overlap=1s'],
      ['cleanup'],
      ['rollback'],
    ] as const) {
      const { exitCode, stderr } = await release.bluegreen(verb, [...args, as]);
      expect({ verb, exitCode, stderr }).toExitWith(0);
      expect(stderr).not.toContain('orbidden');
    }
  });

  test('deny a promotion of another version in the words of the server, and traffic stays', async () => {
    const before = await release.fingerprint();
    const { exitCode, stderr } = await release.bluegreen('promote', ['--version=v0.2.0', '--yes', as]);
    expect({ exitCode, stderr }).toExitWith(3);
    expect(stderr).toContain('spec.template may not be changed: only');
    expect(stderr).toContain(`Error from server (Forbidden): deployments.apps "shop-`);
    expect(await release.fingerprint()).toEqual(before);
    expect(await release.bluegreen('promote', ['--version=v0.2.0', '--yes'])).toExitWith(0);
  });

  test('let a color whose Pods are still being replaced be hurried', async () => {
    const idle = (await release.activeColor()) === 'blue' ? 'green' : 'blue';
    await kubectl('rollout', 'restart', `deployment/shop-${idle}`, '-n', release.namespace);
    const before = await strategy(idle);
    const { exitCode, stderr } = await release.bluegreen('promote', ['--yes', as]);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr).toContain('maxSurge=100%,maxUnavailable=100%');
    expect(await strategy(idle)).toBe(before);
  });

  test('let what was scaled up for a color that fails be taken back', async () => {
    const idle = (await release.activeColor()) === 'blue' ? 'green' : 'blue';
    const failing = { spec: { replicas: 0, ...container({ image: 'engine-ops:v0.3.0' }).spec } };
    const patch = ['-n', release.namespace, `--patch=${JSON.stringify(failing)}`];
    await kubectl('patch', 'deployment', `shop-${idle}`, ...patch);
    const { exitCode, stdout, stderr } = await release.bluegreen('promote', ['--yes', '--check-retries=1', as]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('status is 500') });
    expect(stdout).toContain(`deployment.apps/shop-${idle} restored`);
    expect(
      await kubectl('get', `deployment/shop-${idle}`, '-n', release.namespace, '-o', 'jsonpath={.spec.replicas}'),
    ).toBe('0');
  });

  const strategy = (color: string) =>
    kubectl('get', `deployment/shop-${color}`, '-n', release.namespace, '-o', 'jsonpath={.spec.strategy}');
});
