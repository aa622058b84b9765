import { afterEach, beforeEach, expect, jest } from '@jest/globals';
import { createNamespace, deleteNamespace, kubectl, kubectlWith } from '../e2e/support/cluster.js';
import { releaseIn, type TestRelease } from '../e2e/support/release.js';
import { countedTest } from './support/counted.js';

jest.setTimeout(180_000);

const test = countedTest('foreign', {
  place: 8,
  promise:
    'An object of another owner is refused by name before anything changes, and no command is printed that changes it',
  unit: 'objects',
});

let namespace: string;
let release: TestRelease;
beforeEach(async () => {
  namespace = await createNamespace('foreign');
  release = releaseIn(namespace, { replicas: 1, ingress: { hosts: ['shop.example.com'] } });
});
afterEach(() => deleteNamespace(namespace));

const deploy = () => release.bluegreen('deploy', ['-f', release.dist]);

/** What is not the release's is refused by name before anything is made. */
test.each([
  ['a ConfigMap', ['create', 'configmap', 'shop-config', '--from-literal=a=b'], 'configmap/shop-config'],
  [
    'an Ingress',
    ['create', 'ingress', 'shop', '--rule=other.example.com/*=other:80'],
    'ingress.networking.k8s.io/shop',
  ],
  [
    'a Deployment of another selector',
    ['create', 'deployment', 'shop-green', '--image=other'],
    'deployment.apps/shop-green',
  ],
  [
    'the active Service of another application',
    ['create', 'service', 'clusterip', 'shop-active', '--tcp=80'],
    'service/shop-active',
  ],
])('%s of another owner is not taken over', async (_, command, name) => {
  await kubectl(...command, '-n', namespace);
  const { exitCode, stderr } = await deploy();
  expect({ exitCode, stderr }).toExitWith(3);
  expect(stderr).toContain(name);
  const objects = await kubectl('get', 'deployments,configmaps,ingresses', '-n', namespace, '-o', 'name');
  expect(objects).not.toContain('shop-blue');
});

test('a ConfigMap that was made by hand for the release, and carries its label, is its own', async () => {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'shop-config', labels: { app: 'shop' } },
    data: { GREETING: 'x' },
  };
  await kubectlWith({ input: JSON.stringify(object) }, 'create', '-n', namespace, '-f', '-');
  expect(await deploy()).toExitWith(0);
});

test('a ServiceAccount of another owner is not taken over by a release that runs, although a container has its name', async () => {
  expect(await deploy()).toExitWith(0);
  await kubectl('create', 'serviceaccount', 'shop', '-n', namespace);
  release.synth({ serviceAccount: { create: true } });
  const { exitCode, stderr } = await release.bluegreen('deploy', ['-f', release.dist, '--apply-shared']);
  expect({ exitCode, stderr }).toExitWith(3);
  expect(stderr).toContain('serviceaccount/shop is there already and is not of release "shop"');
});

test('of a Deployment of another owner doctor says whose it is, and prints no command that changes it', async () => {
  expect(await deploy()).toExitWith(0);
  await kubectl('delete', 'deployment', 'shop-green', '-n', namespace);
  await kubectl('create', 'deployment', 'shop-green', '--image=other', '-n', namespace);
  const { exitCode, stdout, stderr } = await release.bluegreen('doctor', ['-f', release.dist, '-o', 'json']);
  expect({ exitCode, stderr }).toExitWith(3);
  const { findings } = JSON.parse(stdout) as { findings: { id: string; object: string; fix: string }[] };
  expect(findings.filter(({ object }) => object === 'deployment.apps/shop-green')).toMatchObject([
    { id: 'foreign-object', fix: expect.stringMatching(/^kubectl describe deployment\.apps\/shop-green /) },
  ]);
  const changing = findings.filter(
    ({ fix }) => /deployment(\.apps)?[/ ]shop-green/.test(fix) && !/ describe /.test(fix),
  );
  expect(changing).toEqual([]);
});
