import { afterAll, beforeEach, expect, jest } from '@jest/globals';
import type { Deployment } from '../../plugin/core/kubernetes.js';
import { getJson, kubectl, kubectlWith } from '../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { start } from '../e2e/support/running.js';
import { countedTest } from './support/counted.js';

jest.setTimeout(240_000);

const test = countedTest('put-back', {
  place: 3,
  promise:
    'A run that fails puts back every object that it changed, lists what it cannot, and leaves what others changed meanwhile',
  unit: 'runs that failed',
});

interface ConfigMap {
  data: Record<string, string>;
}

const releases: TestRelease[] = [];
let release: TestRelease;
beforeEach(async () => {
  release = await createRelease('put-back', { replicas: 1, podDisruptionBudget: { maxUnavailable: 1 } });
  releases.push(release);
  await release.install();
});
afterAll(() => Promise.all(releases.map((one) => one.remove())));

const get = <T>(name: string) => getJson<T>(name, '-n', release.namespace);
const config = async () => (await get<ConfigMap>('configmap/shop-config')).data;
const image = async () => (await get<Deployment>('deployment/shop-green')).spec.template.spec.containers[0]?.image;
/** v0.3.0 never passes its checks. */
const FAILING = ['--version=v0.3.0', '--check-retries=1', '--yes', '--apply-shared'];

test('a run that fails puts back every object that it changed, those that both colors share and those that it deleted too', async () => {
  const before = await config();
  // The budget of the color leaves the manifests, the shared configuration and the preview Service change.
  release.synth({
    podDisruptionBudget: undefined,
    config: { data: { GREETING: 'changed', MORE: 'x' } },
    annotations: { 'example.com/owner': 'me' },
  });
  const { exitCode, stderr } = await release.bluegreen('promote', ['-f', release.dist, ...FAILING]);
  expect({ exitCode, stderr }).toExitWith(3);
  expect(await config()).toEqual(before);
  expect(await image()).toBe('engine-ops:v0.1.0');
  expect(await kubectl('get', 'pdb', '-n', release.namespace, '-o', 'name')).toContain(
    'poddisruptionbudget.policy/shop-green',
  );
  const { stdout } = await release.bluegreen('diff', ['-f', release.dist]);
  expect(stdout).toContain('example.com/owner');
});

test('what another client changed meanwhile is left as it is, and told', async () => {
  const args = ['-f', release.dist, ...FAILING.filter((flag) => flag !== '--check-retries=1'), '--check-retries=6'];
  release.synth({ config: { data: { GREETING: 'changed' } } });
  const run = start(['kubectl', 'bluegreen', 'promote', 'shop', '-n', release.namespace, ...args]);
  await run.until('a failed check', () => run.err().includes('next attempt in'));
  const scale = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop-green' }, spec: { replicas: 2 } };
  const apply = [
    'apply',
    '--server-side',
    '--force-conflicts',
    '--field-manager=another',
    '-n',
    release.namespace,
    '-f',
    '-',
  ];
  await kubectlWith({ input: JSON.stringify(scale) }, ...apply);
  expect(await run.ended()).toBe(3);
  expect(run.err()).toMatch(
    /deployment.apps\/shop-green: left as it is, since it was changed meanwhile: .spec.replicas \(another\)/,
  );
  expect((await get<Deployment>('deployment/shop-green')).spec.replicas).toBe(2);
  expect(await image()).toBe('engine-ops:v0.1.0');
});

test('what the server refuses to put back is listed with what puts it back by hand, the rest is put back, and the exit code is 8', async () => {
  const { namespace } = release;
  release.synth({ config: { data: { GREETING: 'changed' } } });
  const args = ['-f', release.dist, '--version=v0.3.0', '--check-retries=6', '--yes', '--apply-shared', '-o', 'json'];
  const run = start(['kubectl', 'bluegreen', 'promote', 'shop', '-n', namespace, ...args]);
  await run.until('a failed check', () => run.err().includes('next attempt in'));
  // An immutable ConfigMap cannot be put back.
  await kubectl('patch', 'configmap/shop-config', '-n', namespace, '--type=merge', '-p', '{"immutable": true}');
  expect(await run.ended()).toBe(8);
  expect(await image()).toBe('engine-ops:v0.1.0');
  const { exitCode, notPutBack } = JSON.parse(run.out()) as { exitCode: number; notPutBack: object[] };
  expect(exitCode).toBe(8);
  expect(notPutBack).toEqual([
    {
      object: 'configmap/shop-config',
      why: expect.stringContaining('immutable'),
      command: expect.stringContaining(`configmap/shop-config --namespace=${namespace}`),
    },
  ]);
  expect(run.err()).toContain('could not be put back');
});
