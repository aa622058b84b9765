import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Deployment } from '../../plugin/core/kubernetes.js';
import type { PolicyRule } from '../../plugin/plan/access/rules.js';
import { getJson, kubectl, kubectlWith, type Result, run } from './support/cluster.js';
import { patch } from './support/live.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

interface Role {
  kind: string;
  metadata: object;
  rules: PolicyRule[];
}

const apply = (object: object) => kubectlWith({ input: JSON.stringify(object) }, 'apply', '-f', '-');

describe('a Role that rbac prints', () => {
  let release: TestRelease;
  let role: Role;
  let as: string;
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-rbac-'));

  const promote = (version: string, args: string[] = [], env: Record<string, string> = {}) =>
    release.bluegreen('promote', [`--version=${version}`, '--yes', as, '--check-retries=1', ...args], { env });

  beforeAll(async () => {
    release = await createRelease('rbac', { replicas: 1 });
    await release.install();
    const { stdout } = await release.bluegreen('rbac', ['-o', 'json']);
    await kubectlWith({ input: stdout }, 'apply', '-f', '-');
    role = (JSON.parse(stdout) as { items: Role[] }).items.find(({ kind }) => kind === 'Role') as Role;
    as = `--as=system:serviceaccount:${release.namespace}:shop-promote`;
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await release?.remove();
  });

  test('is enough to promote and to roll back', async () => {
    const promoted = await promote('v0.2.0');
    expect(promoted).toExitWith(0);
    expect(promoted.stderr).not.toContain('orbidden');
    expect(await release.bluegreen('rollback', [as])).toExitWith(0);
    // What follows begins with both colors at one version.
    expect(await release.bluegreen('deploy', ['--version=v0.1.0', as])).toExitWith(0);
  });

  test.each([
    ['patch service/shop-blue'],
    ['delete service/shop-active'],
    ['patch deployment/other'],
    ['get secrets'],
    ['create pods'],
    ['create pods --subresource=exec'],
  ])('does not let its holder %s', async (what) => {
    const { stdout } = await run(['kubectl', 'auth', 'can-i', ...what.split(' '), '-n', release.namespace, as]);
    expect(stdout).toBe('no');
  });

  /** What is lost without a verb that a promotion which succeeds, alone and undisturbed, does not need. */
  const LOSSES: Record<
    string,
    { attempt: () => Promise<Result>; isFine: (result: Result) => boolean | Promise<boolean> }
  > = {
    'pods/log get': {
      attempt: () => promote('v0.4.0'),
      isFine: ({ stderr }) => /^ {2}shop-green-\S+: \S/m.test(stderr),
    },
    'deployments update': {
      attempt: () => promote('v0.3.0'),
      isFine: ({ stderr }) => !stderr.includes('could not put back'),
    },
    'leases get': {
      attempt: () => whileHeld(0, () => promote('v0.2.0')),
      isFine: ({ exitCode, stderr }) => exitCode === 4 && stderr.includes('somebody is at work'),
    },
    'leases patch': {
      attempt: () => whileHeld(60_000, () => promote('v0.3.0')),
      isFine: passesTunnel,
    },
    'leases delete': {
      attempt: () => promote('v0.3.0'),
      isFine: async () => !(await kubectl('get', 'leases', '-n', release.namespace, '-o', 'name')).includes('shop'),
    },
    'events list': { attempt: () => promoteAndWatch(), isFine: seesEvents },
    'events watch': { attempt: () => promoteAndWatch(), isFine: seesEvents },
    'resourcequotas list': {
      attempt: () => promote('v0.9.0', ['--dry-run']),
      isFine: ({ stderr }) => !stderr.includes('resourcequotas'),
    },
    'limitranges list': {
      attempt: () => promote('v0.9.0', ['--dry-run']),
      isFine: ({ stderr }) => !stderr.includes('limitranges'),
    },
    'services/proxy get': { attempt: () => promoteAndWatch(), isFine: asks('the Service was not asked') },
    'networkpolicies list': { attempt: () => promoteAndWatch(), isFine: asks('whether NetworkPolicies admit') },
    'pods/proxy get': { attempt: () => promoteWithoutProbes(), isFine: asks("the Pods' own addresses were not asked") },
    'pods/portforward create': { attempt: () => promoteByKubectl(), isFine: passesTunnel },
    'pods get': { attempt: () => promoteByKubectl(), isFine: passesTunnel },
  };

  /** Where WebSockets are refused: by `kubectl port-forward`. */
  function promoteByKubectl(): Promise<Result> {
    return promote('v0.3.0', [], { KUBECTL: withoutWebSockets(), KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' });
  }

  /** What was moved is moved back. */
  async function promoteAndWatch(): Promise<Result> {
    const result = await promote('v0.1.0', ['--to=green', '--soak=1s']);
    await release.bluegreen('rollback', ['--to=blue']);
    return result;
  }

  /** Where no probe of the kubelet has asked the Pods at their own addresses. */
  async function promoteWithoutProbes(): Promise<Result> {
    const container = '/spec/template/spec/containers/0';
    const { spec } = await getJson<Deployment>('deployment', 'shop-green', '-n', release.namespace);
    const value = spec.template.spec.containers[0];
    const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'];
    const remove = probes.map((probe) => ({ op: 'remove', path: `${container}/${probe}` }));
    await patch('deployment/shop-green', release.namespace, remove);
    const result = await promoteAndWatch();
    await patch('deployment/shop-green', release.namespace, [{ op: 'replace', path: container, value }]);
    return result;
  }

  /** Whether a promotion asked for what it says otherwise that it did not. */
  function asks(otherwise: string) {
    return ({ exitCode, stderr }: Result) => exitCode === 0 && !stderr.includes(`not asked: ${otherwise}`);
  }

  function seesEvents({ exitCode, stderr }: Result): boolean {
    return exitCode === 0 && !stderr.includes('events');
  }

  function passesTunnel({ stderr }: Result): boolean {
    return stderr.includes('status is 500');
  }

  /** With the Lease of a run that was last heard of so many milliseconds ago. */
  async function whileHeld(ago: number, attempt: () => Promise<Result>): Promise<Result> {
    const time = new Date(Date.now() - ago).toISOString().replace('Z', '000Z');
    const metadata = { name: 'shop-bluegreen', namespace: release.namespace };
    const spec = { holderIdentity: 'somebody', leaseDurationSeconds: 15, acquireTime: time, renewTime: time };
    await apply({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
    try {
      return await attempt();
    } finally {
      await kubectl('delete', 'lease', 'shop-bluegreen', '-n', release.namespace, '--ignore-not-found');
    }
  }

  function withoutWebSockets(): string {
    const path = join(folder, 'kubectl');
    const proxy = `[ "$1" = proxy ] && exec kubectl "$@" --reject-paths='.*/portforward.*'`;
    writeFileSync(path, `#!/bin/sh\n${proxy}\nexec kubectl "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  test('loses something with every verb that is taken from it, and says what', async () => {
    const before = await release.fingerprint();
    const needless: string[] = [];
    for (const [index, rule] of role.rules.entries())
      for (const verb of rule.verbs) {
        const atom = `${rule.resources[0]} ${verb}`;
        const rules = role.rules.with(index, { ...rule, verbs: rule.verbs.filter((one) => one !== verb) });
        await apply({ ...role, rules: rules.filter(({ verbs }) => verbs.length > 0) });
        const loss = LOSSES[atom];
        const result = await (loss ? loss.attempt() : promote('v0.2.0'));
        const isNeeded = loss
          ? !(await loss.isFine(result))
          : result.exitCode === 3 && result.stderr.includes('(Forbidden)');
        if (!isNeeded) needless.push(`${atom}: exit code ${result.exitCode}, ${result.stderr}`);
        await kubectl('delete', 'lease', 'shop-bluegreen', '-n', release.namespace, '--ignore-not-found');
      }
    expect(needless).toEqual([]);
    await apply(role);
    for (const [atom, { attempt, isFine }] of Object.entries(LOSSES)) {
      const result = await attempt();
      if (!(await isFine(result)))
        throw new Error(`with every verb, "${atom}" still loses something: ${result.stderr}`);
    }
    // Where an update was not allowed, the color was not put back.
    await release.bluegreen('deploy', ['--version=v0.1.0']);
    expect(await release.fingerprint()).toEqual(before);
  }, 600_000);

  test.each([
    [['--for=everything'], 'invalid', 2],
    [['--subject=ada'], 'want user:NAME, group:NAME or serviceaccount:[NAMESPACE/]NAME', 2],
    [['--for=deploy'], 'needs the manifests that are to be deployed', 2],
    [['--role-name=No Name'], 'invalid role name "No Name"', 2],
  ])('is not printed for %j', async (args, message, code) => {
    const { exitCode, stdout, stderr } = await release.bluegreen('rbac', args);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr.toLowerCase()).toContain(message.toLowerCase());
  });
});

describe('a Role for deploy', () => {
  let release: TestRelease;

  beforeAll(async () => {
    release = await createRelease('rbac-deploy', { replicas: 1 });
  });
  afterAll(() => release?.remove());

  test('is enough to install a release, to deploy to it, and to clean up', async () => {
    const { namespace, dist } = release;
    const args = [
      '-f',
      dist,
      '--for=deploy',
      '--for=cleanup',
      '--subject=serviceaccount:ci/deployer',
      '--role-name=ci',
    ];
    const { exitCode, stdout } = await release.bluegreen('rbac', args);
    expect(exitCode).toBe(0);
    await kubectlWith({ input: stdout }, 'apply', '-f', '-');
    const as = '--as=system:serviceaccount:ci:deployer';
    for (const [verb, ...rest] of [
      ['deploy', '-f', dist],
      ['promote', '-f', dist, '--version=v0.2.0', '--yes'],
      ['cleanup'],
    ] as [string, ...string[]][]) {
      const { exitCode, stderr } = await release.bluegreen(verb, [...rest, as]);
      expect({ verb, exitCode, stderr }).toExitWith(0);
    }
    expect(await kubectl('get', 'deployment', 'shop-blue', '-n', namespace, '-o', 'jsonpath={.spec.replicas}')).toBe(
      '0',
    );
  });
});
