import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { kubectl, kubectlWith } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

let release: TestRelease;
let namespace: string;
beforeAll(async () => {
  release = await createRelease('network-policy', { replicas: 1 });
  namespace = release.namespace;
  await release.install();
});
afterEach(async () => {
  await kubectl('delete', 'networkpolicies', '--all', '-n', namespace);
  if ((await release.activeColor()) === 'green') expect(await release.bluegreen('rollback')).toExitWith(0);
});
afterAll(() => release?.remove());

const policy = (name: string, podSelector: object, ingress: readonly object[]) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec: { podSelector, policyTypes: ['Ingress'], ingress },
});
const apply = (object: object) => kubectlWith({ input: JSON.stringify(object) }, 'apply', '-n', namespace, '-f', '-');
const GREEN = { matchLabels: { app: 'shop', version: 'green' } };

test.each([
  ['admits other ports alone', policy('narrow', GREEN, [{ ports: [{ port: 8080 }, { port: 'admin' }] }])],
  ['admits nothing', policy('deny', {}, [])],
  ['admits UDP alone', policy('udp', GREEN, [{ ports: [{ port: 3000, protocol: 'UDP' }] }])],
])('a policy that %s is a refusal that names it, and traffic stays', async (_, object) => {
  await apply(object);
  const before = await release.fingerprint();
  const result = await release.bluegreen('promote', ['--to=green', '--yes']);
  expect(result).toExitWith(3);
  expect(result.stderr).toMatch(
    new RegExp(
      `networkpolicy "${object.metadata.name}" does not admit port 3000 of pod "shop-green-\\S+", to which service ` +
        '"shop-active", port 80 \\(http\\) leads: requests would not arrive',
    ),
  );
  expect(await release.fingerprint()).toEqual(before);
});

test.each([
  ['by its name', [{ ports: [{ port: 'http' }] }]],
  ['in a range', [{ ports: [{ port: 2000, endPort: 4000 }] }]],
  ['with every other one', [{ from: [{ podSelector: {} }] }]],
])('two policies of which one admits the port %s are no refusal', async (_, ingress) => {
  await apply(policy('deny', {}, []));
  await apply(policy('allow', GREEN, ingress));
  expect(await release.bluegreen('promote', ['--to=green', '--yes'])).toExitWith(0);
});

test('a policy of other Pods is no refusal', async () => {
  await apply(policy('other', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['shop'] }] }, []));
  expect(await release.bluegreen('promote', ['--to=green', '--yes'])).toExitWith(0);
});
