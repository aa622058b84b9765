import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { run } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';
import { bindPromoter, grant, RULES, type Rule } from './support/rules.js';

jest.setTimeout(180_000);

describe('what a promotion may do is what RBAC lets its user do', () => {
  let release: TestRelease;
  let promoter: string;

  beforeAll(async () => {
    release = await createRelease('access', { replicas: 1 });
    await release.install();
    await grant(release.namespace, RULES);
    promoter = await bindPromoter(release.namespace);
  });
  afterAll(() => release?.remove());

  test('a user with these rules promotes', async () => {
    const { exitCode, stderr } = await release.bluegreen('promote', ['--version=v0.2.0', '--yes', promoter]);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(await release.activeColor()).toBe('green');
  });

  test.each([
    ['services', 'get', 'cannot get resource "services" in API group ""'],
    ['services', 'patch', 'cannot patch resource "services" in API group ""'],
    ['deployments', 'get', 'cannot get resource "deployments" in API group "apps"'],
    ['deployments', 'patch', 'cannot patch resource "deployments" in API group "apps"'],
    ['deployments', 'watch', 'cannot watch resource "deployments" in API group "apps"'],
    ['pods', 'list', 'cannot list resource "pods" in API group ""'],
    ['pods/portforward', 'get', 'cannot get resource "pods/portforward" in API group ""'],
    ['endpointslices', 'list', 'cannot list resource "endpointslices" in API group "discovery.k8s.io"'],
    ['leases', 'create', 'cannot create resource "leases" in API group "coordination.k8s.io"'],
  ])('a user who lacks %s %s is told so, and traffic stays (exit 3)', async (resource, verb, message) => {
    const before = await release.activeColor();
    const without = (rule: Rule) =>
      rule.resources.includes(resource) ? { ...rule, verbs: rule.verbs.filter((one) => one !== verb) } : rule;
    await grant(
      release.namespace,
      RULES.map(without).filter((rule) => rule.verbs.length > 0),
    );
    const version = before === 'green' ? 'v0.1.0' : 'v0.2.0';
    const args = ['--image', `engine-ops:${version}`, '--yes', promoter];
    // A patch of the same image would not be sent: the other color runs something else first.
    const { exitCode, stderr } = await release.bluegreen(
      'promote',
      resource === 'deployments' ? [...args.slice(0, 1), 'storefront:1.1.0', ...args.slice(2)] : args,
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Error from server (Forbidden): ');
    expect(stderr).toContain(message);
    expect(await release.activeColor()).toBe(before);
  });
});

describe('Pods are verified however the API server can be reached', () => {
  let release: TestRelease;
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-access-'));

  beforeAll(async () => {
    release = await createRelease('tunnels');
    await release.install();
  });
  afterAll(() => release?.remove());

  test('a proxy that refuses WebSockets is worked around with kubectl port-forward', async () => {
    const wrapper = join(folder, 'kubectl');
    const log = join(folder, 'calls');
    writeFileSync(
      wrapper,
      `#!/bin/sh\necho "$@" >> ${log}\n[ "$1" = proxy ] && exec kubectl "$@" --reject-paths='.*/portforward.*'\nexec kubectl "$@"\n`,
    );
    chmodSync(wrapper, 0o755);
    const { exitCode, stdout, stderr } = await release.bluegreen('verify', ['blue'], { env: { KUBECTL: wrapper } });
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect((await run(['cat', log])).stdout).toContain('port-forward --address=127.0.0.1');
    expect((await run(['pgrep', '-f', `port-forward.*${release.namespace}`])).stdout).toBe('');
  });
});
