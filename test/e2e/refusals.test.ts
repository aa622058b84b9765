import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { bluegreen, kubectl } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

const scratch = mkdtempSync(join(tmpdir(), 'bluegreen-refusals-'));

describe('a call that cannot be right is refused before the cluster is asked (exit 2)', () => {
  const nowhere = { env: { KUBECTL: '/nowhere/kubectl' } };

  test.each([
    [['promote'], 'error: required argument NAME is missing'],
    [['promote', 'Shop!'], 'error: invalid release name "Shop!"'],
    [['promote', 'shop', 'more'], 'error: unexpected argument "more"'],
    [
      ['promote', 'shop', '--frobnicate'],
      "error: unknown flag: --frobnicate\nSee 'kubectl bluegreen promote --help' for usage.",
    ],
    [['frobnicate'], 'error: unknown command "frobnicate" for "kubectl bluegreen"'],
    [['promote', 'shop', '--version=-rf'], 'error: invalid version "-rf": want an image tag'],
    [['promote', 'shop', '--version=a:b'], 'error: invalid version "a:b"'],
    [['promote', 'shop', '--image=UPPER case'], 'error: invalid image "UPPER case"'],
    [['promote', 'shop', '--image=a:b', '--version=c'], 'error: --version and --image exclude each other'],
    [['promote', 'shop', '--to=purple'], 'invalid value "purple" for --to: want blue or green'],
    [['promote', 'shop', '--soak=soon'], 'error: invalid duration "soon" for --soak'],
    [['promote', 'shop', '--check-retries=0'], 'error: invalid number "0" for --check-retries'],
    [['promote', 'shop', '-n', 'Not_A_Namespace'], 'error: invalid namespace "Not_A_Namespace"'],
    [['promote', 'shop', '-f', '/nowhere'], 'error: the path "/nowhere" does not exist'],
    [['verify', 'shop', 'purple'], 'error: invalid color "purple": want blue or green'],
  ])('%j', async (args, message) => {
    const { exitCode, stdout, stderr } = await bluegreen(args, nowhere);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test.each([
    ['an unknown key', 'name: shop\nreplica: 2\n', ':2:1: replica: unknown key; did you mean "replicas"?'],
    ['a wrong type', 'name: shop\nreplicas: many\n', ':2:11: replicas:'],
    ['an alias', 'name: &n shop\nnamespace: *n\n', 'YAML aliases are not supported'],
    [
      'a version that is no tag',
      'name: shop\ncolors: {blue: {version: "a b"}, green: {version: v1}}\n',
      ':2:26: colors.blue.version:',
    ],
  ])('a spec with %s', async (_, text, message) => {
    const spec = join(scratch, 'shop.yaml');
    writeFileSync(spec, `${text}image: {repository: shop}\n`);
    const { exitCode, stderr } = await bluegreen(['synth', spec, '-d', join(scratch, 'dist')], nowhere);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test.each([
    ['text that is no YAML', 'a: [1\n', 'manifest.yaml'],
    ['an object without a kind', 'apiVersion: v1\n', 'not a Kubernetes object'],
    [
      'YAML aliases',
      'apiVersion: v1\nkind: Service\nmetadata: &m {name: x}\nspec: *m\n',
      'YAML aliases are not supported',
    ],
  ])('manifests that are %s', async (_, text, message) => {
    const folder = join(scratch, 'manifests');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'manifest.yaml'), text);
    const { exitCode, stderr } = await bluegreen(['promote', 'shop', '-f', folder], nowhere);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test('manifests of another release', async () => {
    const { exitCode, stderr } = await bluegreen(['promote', 'shop', '-f', 'dist/'], nowhere);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('error: dist/ holds no object of release "shop": it holds: engine-ops');
  });
});

describe('a cluster that cannot be asked or does not have the release (exit 3)', () => {
  test.each([
    ['no kubectl', ['status', 'shop'], { KUBECTL: '/nowhere/kubectl' }, 'error: cannot run /nowhere/kubectl'],
    ['no cluster', ['status', 'shop', '-s', 'http://127.0.0.1:1'], {}, 'connection refused'],
    ['a wrong context', ['status', 'shop', '--context=nope'], {}, 'error: context "nope" does not exist'],
    [
      'a missing namespace',
      ['status', 'shop', '-n', 'nope'],
      {},
      'Error from server (NotFound): namespaces "nope" not found',
    ],
    [
      'a missing release',
      ['status', 'shop', '-n', 'kube-public'],
      {},
      'error: services "shop-active" not found in namespace "kube-public"',
    ],
    ['a missing namespace, when promoting', ['promote', 'shop', '-n', 'nope'], {}, 'namespaces "nope" not found'],
  ])('%s', async (_, args, env, message) => {
    const { exitCode, stdout, stderr } = await bluegreen(args, { env: env as Record<string, string> });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain(message);
  });
});

test('a run that is refused before it has a plan leaves its outcome document (exit 3)', async () => {
  const { exitCode, stdout } = await bluegreen(['promote', 'shop', '-n', 'kube-public', '--yes', '-o', 'json']);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    release: 'shop',
    namespace: 'kube-public',
    operation: 'promote',
    phase: 'refused',
    active: null,
    message: expect.stringContaining('services "shop-active" not found'),
    exitCode: 3,
  });
});

test('a token that is not valid (exit 3)', async () => {
  const config = JSON.parse(await kubectl('config', 'view', '--raw', '--minify', '-o', 'json')) as { users: object[] };
  const kubeconfig = join(scratch, 'kubeconfig');
  const users = [{ name: (config.users[0] as { name: string }).name, user: { token: 'nope' } }];
  writeFileSync(kubeconfig, JSON.stringify({ ...config, users }));
  const { exitCode, stderr } = await bluegreen(['status', 'shop', `--kubeconfig=${kubeconfig}`]);
  expect(exitCode).toBe(3);
  expect(stderr).toBe('Error from server (Unauthorized): Unauthorized');
});

describe('a promotion that must not happen leaves the cluster as it was (exit 3)', () => {
  let release: TestRelease;
  let before: unknown;

  beforeAll(async () => {
    release = await createRelease('refusals');
    await release.install();
  });
  afterAll(() => release?.remove());
  beforeEach(async () => {
    before = await release.fingerprint();
  });
  afterEach(async () => {
    expect(await release.fingerprint()).toEqual(before);
  });

  const promote = (...args: string[]) => release.bluegreen('promote', ['--yes', ...args]);

  test.each([
    ['an image that cannot be pulled', 'v9.9.9', /ImagePullBackOff: .*engine-ops:v9\.9\.9/],
    ['a Pod that crashes', 'v0.4.0', /CrashLoopBackOff: it ended with exit code 1/],
    [
      'a check that fails',
      'v0.3.0',
      /check "health" \(GET \/api\/v1\/health\) failed after 2 of 2 attempts: status is 500, want 200/,
    ],
  ])('%s', async (_, version, message) => {
    const { exitCode, stderr } = await promote(`--version=${version}`);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(message);
  });

  test('a crash is told with the last lines of its log', async () => {
    const { stderr } = await promote('--version=v0.4.0');
    expect(stderr).toMatch(/^ {2}shop-green-\S+: .*exit/m);
  });

  test('Pods that never become ready', async () => {
    const { exitCode, stderr } = await promote('--version=v0.5.0', '--timeout=5s');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('error: deployment "shop-green" is not ready: 0 of 2 replicas are ready, after 5s');
  });

  test.each([
    ['hangs', '/metrics=hang', 'check "metrics" (GET /metrics) failed after 2 of 2 attempts: no complete answer in 1s'],
    ['answers 10 GB', '/metrics=huge:10000000000', 'body is larger than 1048576 bytes'],
    ['answers a byte at a time', '/metrics=slow:500', 'no complete answer in 1s'],
    ['closes the connection', '/metrics=close', 'failed after 2 of 2 attempts'],
    ['redirects', '/metrics=redirect:/', 'status is 302, want 200'],
  ])('a check that %s', async (_, faults, message) => {
    release.synth({ env: { PORT: '3000', FAULTS: faults } });
    const { exitCode, stderr } = await promote('-f', release.dist, '--check-timeout=1s', '--check-interval=0s');
    release.synth({});
    expect(exitCode).toBe(3);
    expect(stderr).toContain(message);
  });

  test.each([
    ['stdin is closed', undefined, 'error: not confirmed: stdin is closed'],
    ['stdin is empty', '', 'error: not confirmed: stdin is closed'],
    ['the answer is no', 'no\n', 'error: not confirmed: the answer was "no"'],
  ])('%s', async (_, input, message) => {
    const { exitCode, stderr } = await release.bluegreen('promote', [], input === undefined ? {} : { input });
    expect(exitCode).toBe(3);
    expect(stderr).toContain(message);
  });

  test('manifests of another namespace', async () => {
    release.synth({ namespace: 'elsewhere' });
    const { exitCode, stderr } = await promote('-f', release.dist);
    release.synth({});
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error: the namespace from the provided objects "elsewhere" does not match the namespace');
  });

  test('an idle color without Pods to verify', async () => {
    const { exitCode, stderr } = await release.bluegreen('verify', ['green', '--check-retries=1']);
    expect({ exitCode, stderr }).toExitWith(0);
  });
});

describe('a release that was changed by hand (exit 3)', () => {
  let release: TestRelease;
  const patch = (kind: string, name: string, body: object) =>
    kubectl('patch', kind, name, '-n', release.namespace, '--type=merge', '-p', JSON.stringify(body));

  beforeAll(async () => {
    release = await createRelease('hands', { replicas: 1 });
    await release.install();
  });
  afterAll(() => release?.remove());

  test.each([
    ['an unknown color', { version: 'purple' }, 'app=shop,version=purple'],
    ['one more key', { version: 'blue', tier: 'web' }, 'tier=web'],
  ])('a selector with %s', async (_, selector, seen) => {
    await patch('service', 'shop-active', { spec: { selector } });
    const { exitCode, stderr } = await release.bluegreen('rollback');
    await patch('service', 'shop-active', { spec: { selector: { version: 'blue', tier: null } } });
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`error: service "shop-active" has selector `);
    expect(stderr).toContain(seen);
  });

  test('a release that Argo CD would put back, unless forced', async () => {
    await kubectl(
      'annotate',
      'service/shop-active',
      '-n',
      release.namespace,
      `argocd.argoproj.io/tracking-id=${release.namespace}_shop:/Service:x/shop-active`,
    );
    const { exitCode, stderr } = await release.bluegreen('rollback');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('is managed by Argo CD');
    expect(stderr).toContain('RespectIgnoreDifferences=true');
    expect((await release.bluegreen('rollback', ['--force'])).exitCode).toBe(0);
  });

  test('a color without its Deployment', async () => {
    await kubectl('delete', 'deployment', 'shop-blue', '-n', release.namespace);
    const { exitCode, stderr } = await release.bluegreen('rollback', ['--force']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('error: deployments.apps "shop-blue" not found');
  });
});
