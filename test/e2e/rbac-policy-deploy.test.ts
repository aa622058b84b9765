import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { kubectl, run } from './support/cluster.js';
import {
  ACTIVE,
  allowEverything,
  applyPolicies,
  CREATIONS,
  container,
  DELETIONS,
  forbidEverything,
  removePolicies,
  tryPatch,
} from './support/policies.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

afterAll(removePolicies);

describe('the policies for deploy', () => {
  let release: TestRelease;
  const as = ['--as=ada', '--as-group=releasers'];

  beforeAll(async () => {
    release = await createRelease('policy-deploy', { replicas: 1 });
    await allowEverything(release, '--group=releasers');
    const args = ['-f', release.dist, '--for=deploy', '--for=cleanup', '--subject=group:releasers', '--role-name=ci'];
    await applyPolicies(release, as, args, CREATIONS);
  });
  afterAll(() => release?.remove());

  test.each([
    [
      'of the live Service, with a selector of others',
      'Service',
      'shop-active',
      { selector: { app: 'other' } },
      'alone',
    ],
    ['of the live Service, without a selector', 'Service', 'shop-active', {}, 'alone'],
    ['of a Service, with an address of others', 'Service', 'shop-blue', { externalIPs: ['192.0.2.1'] }, 'externalIPs'],
    [
      'of a Deployment, with an image of others',
      'Deployment',
      'shop-blue',
      container({ image: 'shop:5000/evil' }).spec,
      'shop:5000/evil may not be run',
    ],
  ])('deny a creation %s', async (_, kind, name, spec, words) => {
    const color = { app: 'shop', version: 'blue' };
    const defaults =
      kind === 'Service'
        ? { ports: [{ port: 80 }], ...(name === 'shop-blue' && { selector: color }) }
        : { selector: { matchLabels: color } };
    const template =
      'template' in spec ? { template: { ...(spec.template as object), metadata: { labels: color } } } : {};
    const object = {
      apiVersion: kind === 'Service' ? 'v1' : 'apps/v1',
      kind,
      metadata: { name, namespace: release.namespace },
      spec: { ...defaults, ...spec, ...template },
    };
    const create: [string, ...string[]] = ['kubectl', 'create', '--dry-run=server', '-f', '-'];
    const input = JSON.stringify(object);
    const { exitCode, stderr } = await run([...create, ...as], { input });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
    expect(stderr).toContain('ValidatingAdmissionPolicy');
    expect(await run(create, { input })).toExitWith(0);
  });

  test('let a release be installed, deployed to, promoted, rolled back and cleaned up', async () => {
    await forbidEverything(release);
    const { dist } = release;
    for (const [verb, ...args] of [
      ['deploy', '-f', dist],
      ['promote', '-f', dist, '--version=v0.2.0', '--yes'],
      ['rollback'],
      ['promote', '--version=v0.2.0', '--yes'],
      ['cleanup'],
    ] as const) {
      const { exitCode, stderr } = await release.bluegreen(verb, [...args, ...as]);
      expect({ verb, exitCode, stderr }).toExitWith(0);
      expect(stderr).not.toContain('orbidden');
    }
  });

  test('deny another image in the words of the server, and traffic stays', async () => {
    const before = await release.fingerprint();
    const { exitCode, stderr } = await release.bluegreen('promote', ['--image=storefront:1.0.0', '--yes', ...as]);
    expect({ exitCode, stderr }).toExitWith(3);
    expect(stderr).toContain('storefront:1.0.0 may not be run: only images of engine-ops');
    expect(await release.fingerprint()).toEqual(before);
  });

  test.each([
    ['a port', { spec: { ports: [{ port: 81 }] } }, 'spec.ports may not be changed'],
    ['the application', { spec: { selector: { app: 'other' } } }, 'its selector may lead to'],
  ])('deny a change of %s of the live Service', async (_, patch, words) => {
    expect((await tryPatch(release, ACTIVE, patch, as)).stderr).toContain(words);
  });
});

describe('the policies for a group that holds everybody', () => {
  let release: TestRelease;
  afterAll(() => release?.remove());

  test("leave Kubernetes' own controllers alone", async () => {
    release = await createRelease('policy-group', { replicas: 1 });
    expect(await release.bluegreen('deploy', ['-f', release.dist])).toExitWith(0);
    const as = [`--as=system:serviceaccount:${release.namespace}:default`];
    await allowEverything(release, `--serviceaccount=${release.namespace}:default`);
    await applyPolicies(release, as, ['--subject=group:system:serviceaccounts'], DELETIONS);
    // A Deployment's controller writes the number of each revision on it.
    const deployed = await release.bluegreen('deploy', ['--version=v0.2.0']);
    expect(deployed).toExitWith(0);
    const revision = 'jsonpath={.metadata.annotations.deployment\\.kubernetes\\.io/revision}';
    expect(await kubectl('get', 'deployment/shop-green', '-n', release.namespace, '-o', revision)).toBe('2');
  });
});
