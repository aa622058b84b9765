import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Report } from '../../plugin/commands/doctor/report.js';
import { accessRules } from '../../plugin/plan/access/rules.js';
import { getJson, kubectl, kubectlWith, type Result, run } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';
import { bindPromoter, grant } from './support/rules.js';
import { endAll, startBluegreen } from './support/running.js';
import { until } from './support/until.js';

jest.setTimeout(300_000);

interface Live {
  metadata: { resourceVersion: string };
  spec: { replicas: number; ports: { port: number }[] };
}

let release: TestRelease;

afterAll(endAll);

const inRelease = (...args: string[]) => kubectl(...args, '-n', release.namespace);
const replicas = async (color: string) =>
  (await getJson<Live>('deployment', `shop-${color}`, '-n', release.namespace)).spec.replicas;
const warningsOf = async () => {
  const { stdout } = await release.bluegreen('status', ['-o', 'json']);
  return (JSON.parse(stdout) as { warnings: string[] }).warnings;
};
const findingsOf = async () => {
  const { stdout } = await release.bluegreen('doctor', ['-o', 'json']);
  return (JSON.parse(stdout) as Report).findings;
};

function expectRefused({ exitCode, stderr }: Result, words: RegExp | string): void {
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 });
  expect(stderr).toMatch(words);
}

describe('a Service that is not of the release', () => {
  beforeAll(async () => {
    release = await createRelease('beside');
    await release.install();
  });
  afterAll(() => release?.remove());
  afterEach(() => inRelease('delete', 'service', 'admin', '--ignore-not-found'));

  const service = (selector: Record<string, string>, more: object = {}) =>
    kubectlWith(
      {
        input: JSON.stringify({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'admin', namespace: release.namespace },
          spec: { selector, ports: [{ port: 80, targetPort: 3000 }], ...more },
        }),
      },
      'apply',
      '-f',
      '-',
    );

  test('keeps the Pods that it leads to, also where some would stay', async () => {
    await service({ version: 'green' }, { clusterIP: 'None' });
    expectRefused(await release.bluegreen('cleanup', ['--keep=1']), /service "admin" leads to the Pods of green/);
    expect(await replicas('green')).toBe(2);
    expect(await findingsOf()).toContainEqual(
      expect.objectContaining({ id: 'service-beside', object: 'service/admin' }),
    );
  });

  test('that was made after the plan is seen before the replicas are lowered', async () => {
    expect(await release.bluegreen('rollback', ['--to=green'])).toExitWith(0);
    expect(await release.bluegreen('rollback', ['--to=blue'])).toExitWith(0);
    const cleanup = startBluegreen('cleanup', 'shop', '-n', release.namespace, '--after=8s');
    await until(async () => cleanup.err().includes('to wait'));
    await service({ app: 'shop', version: 'green' });
    expect({ exitCode: await cleanup.ended(), stderr: cleanup.err() }).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('service "admin" leads to the Pods of green'),
    });
    expect(await replicas('green')).toBe(2);
  });

  test('keeps them as well when a deploy would lower the replicas', async () => {
    await inRelease('scale', 'deployment/shop-green', '--replicas=3');
    await service({ version: 'green' });
    expectRefused(await release.bluegreen('deploy', ['-f', release.dist]), /would lose 1 of the 3 Pods/);
    expect(await replicas('green')).toBe(3);
    expect(await release.bluegreen('deploy', ['-f', release.dist, '--force'])).toExitWith(0);
    expect(await replicas('green')).toBe(2);
  });

  test('is no reason to keep them where it leads to both colors: it is told', async () => {
    await service({ app: 'shop' });
    const cleaned = await release.bluegreen('cleanup', ['--keep=1']);
    expect(cleaned).toExitWith(0);
    expect(cleaned.stderr).toContain('service "admin" also leads to green, and loses 1 of its 2 Pods there');
    expect(await release.bluegreen('rollback', ['--to=green'])).toExitWith(0);
    expect(await release.bluegreen('rollback', ['--to=blue'])).toExitWith(0);
  });

  test('loses them where the user wants it, and where the user may not list Services', async () => {
    await service({ app: 'shop', version: 'green' });
    const rules = accessRules({ release: 'shop', purposes: ['cleanup'], migrations: false, objects: [] });
    const withoutList = rules.filter(({ resources, verbs }) => resources[0] !== 'services' || !verbs.includes('list'));
    expect(withoutList).toHaveLength(rules.length - 1);
    await grant(release.namespace, withoutList);
    const as = await bindPromoter(release.namespace);
    const unknown = await release.bluegreen('cleanup', ['--keep=1', as]);
    expect(unknown).toExitWith(0);
    expect(unknown.stderr).toContain('may not be listed: it is not known whether another one leads to green');
    const forced = await release.bluegreen('cleanup', ['--force']);
    expect(forced).toExitWith(0);
    expect(forced.stderr).toContain('service "admin" also leads to green, and loses 1 of its 1 Pods there');
    expect(await replicas('green')).toBe(0);
  });
});

describe('what is being deleted', () => {
  const hold = (what: string, ...finalizers: string[]) =>
    inRelease('patch', what, '--type=merge', '-p', JSON.stringify({ metadata: { finalizers } }));
  const letGo = (what: string) => hold(what);
  const erase = (what: string) => inRelease('delete', what, '--wait=false');

  beforeAll(async () => {
    release = await createRelease('deleted');
    await release.install();
  });
  afterAll(async () => {
    for (const what of ['service/shop-active', 'deployment/shop-green']) await letGo(what).catch(() => undefined);
    await release?.remove();
  });

  test.each([
    ['deploy', ['--version=v0.2.0']],
    ['promote', ['--version=v0.2.0', '--yes']],
    ['rollback', []],
    ['cleanup', []],
  ])('%s refuses at once for an idle Deployment, and names its finalizers', async (verb, args) => {
    await hold('deployment/shop-green', 'example.com/one', 'example.com/two');
    await erase('deployment/shop-green');
    const started = Date.now();
    const words =
      /deployment "shop-green" is being deleted since \S+; it is held by finalizers example.com\/one, example.com\/two/;
    expectRefused(await release.bluegreen(verb, args), words);
    expect(Date.now() - started).toBeLessThan(8000);
    expect(await warningsOf()).toContainEqual(expect.stringMatching(words));
  });

  test('is made anew by a deploy with manifests when it is gone', async () => {
    expect(await findingsOf()).toContainEqual(expect.objectContaining({ id: 'being-deleted', severity: 'problem' }));
    await letGo('deployment/shop-green');
    await inRelease('wait', '--for=delete', 'deployment/shop-green', '--timeout=30s');
    expect(await release.bluegreen('deploy', ['-f', release.dist])).toExitWith(0);
    expect(await warningsOf()).toEqual([]);
  });

  test('and is the active Service is refused, and told as what hurts traffic', async () => {
    await hold('service/shop-active', 'example.com/hold');
    await erase('service/shop-active');
    expectRefused(
      await release.bluegreen('promote', ['--version=v0.2.0', '--yes']),
      /service "shop-active" is being deleted/,
    );
    expect(await findingsOf()).toContainEqual(
      expect.objectContaining({ id: 'being-deleted', affects: 'traffic', object: 'service/shop-active' }),
    );
    await inRelease('delete', 'deployment,service', '--all', '--wait=false');
    await run(['kubectl', 'delete', 'namespace', release.namespace, '--wait=false']);
    await until(async () => (await findingsOf()).some(({ id }) => id === 'namespace-terminating'));
  });
});

describe('an active color that was changed by hand', () => {
  beforeAll(async () => {
    release = await createRelease('by-hand');
    await release.install();
  });
  afterAll(() => release?.remove());

  const settled = (color: string) => inRelease('rollout', 'status', `deployment/shop-${color}`, '--timeout=60s');
  const setImage = async (color: string, version: string) => {
    await inRelease('set', 'image', `deployment/shop-${color}`, `shop=engine-ops:${version}`);
    await settled(color);
  };
  const told =
    /^deployment "shop-(\w+)" does not run what was promoted \((v[\d.]+), by \S+ at \S+\): it runs (v[\d.]+)( with another Pod template)?, changed by kubectl\S* at \S+$/;
  const words = async () => (await warningsOf()).map((text) => told.exec(text)?.slice(1, 5));

  test('is told of a release that was only installed', async () => {
    expect(await warningsOf()).toEqual([]);
    await setImage('blue', 'v0.2.0');
    expect(await words()).toEqual([['blue', 'v0.1.0', 'v0.2.0', undefined]]);
    await setImage('blue', 'v0.1.0');
    expect(await warningsOf()).toEqual([]);
  });

  test('is told after a promotion, and the command of doctor brings back what was promoted', async () => {
    expect(await release.bluegreen('promote', ['--version=v0.2.0', '--yes'])).toExitWith(0);
    await inRelease('set', 'env', 'deployment/shop-green', 'BY_HAND=yes');
    await settled('green');
    expect(await words()).toEqual([['green', 'v0.2.0', 'v0.2.0', ' with another Pod template']]);
    const finding = (await findingsOf()).find(({ id }) => id === 'not-promoted');
    expect(finding).toMatchObject({ severity: 'warning', affects: 'traffic', object: 'deployment.apps/shop-green' });
    expect((await run(['sh', '-c', finding?.fix ?? 'false'])).exitCode).toBe(0);
    await settled('green');
    expect(await warningsOf()).toEqual([]);
  });

  test('is not told of a restart, of the idle color, and after a rollback to what was changed', async () => {
    await inRelease('rollout', 'restart', 'deployment/shop-green');
    await settled('green');
    expect(await release.bluegreen('deploy', ['-f', release.dist, '--version=v0.1.0'])).toExitWith(0);
    await setImage('blue', 'v0.2.0');
    expect(await warningsOf()).toEqual([]);
    // What it runs is verified then, whoever put it there.
    expect(await release.bluegreen('rollback')).toExitWith(0);
    expect(await warningsOf()).toEqual([]);
    expect((await findingsOf()).filter(({ id }) => id === 'not-promoted')).toEqual([]);
  });
});

describe('a port that is closed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-closed-'));
  beforeAll(async () => {
    release = await createRelease('closed', { replicas: 1 });
    await release.install();
    const closed = { timeoutSeconds: 5, retries: 1, intervalSeconds: 1 };
    release.synth({ replicas: 1, checks: [{ name: 'http', path: '/', port: 9, ...closed }] });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await release?.remove();
  });

  /** A kubectl whose proxy refuses WebSockets, so that it forwards ports itself. */
  function withoutWebSockets(): string {
    const path = join(folder, 'kubectl');
    const proxy = `[ "$1" = proxy ] && exec kubectl "$@" --reject-paths='.*/portforward.*'`;
    writeFileSync(path, `#!/bin/sh\n${proxy}\nexec kubectl "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  test.each<[string, () => Record<string, string>]>([
    ['over the proxy', () => ({})],
    ['through kubectl port-forward', () => ({ KUBECTL: withoutWebSockets() })],
  ])('has one message %s', async (_, env) => {
    const words =
      /pod "(shop-blue-\S+)": check "http" \(GET \S*\) failed after 1 of 1 attempts: connection refused on port 9 of pod "\1"/;
    // A busy API server may break the WebSocket off before it has passed the kubelet's words on: measured 9 times in 120.
    await until(async () => {
      const { exitCode, stderr } = await release.bluegreen('verify', ['blue', '-f', release.dist], { env: env() });
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 3,
        stderr: expect.stringMatching(/refused|socket hang up/),
      });
      return words.test(stderr);
    });
  });
});
