import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { bluegreen, createNamespace, deleteNamespace, getJson, kubectl } from './support/cluster.js';
import { SPEC } from './support/release.js';

jest.setTimeout(180_000);

const folder = mkdtempSync(join(tmpdir(), 'bluegreen-environments-'));
const [spec, dist] = [join(folder, 'shop.yaml'), join(folder, 'dist')];
let dev: string;
let production: string;

const shop = (verb: string, environment: string, ...args: string[]) =>
  bluegreen([verb, 'shop', `--environment=${environment}`, ...args]);

async function deployment(namespace: string, color: string) {
  const { spec: live } = await getJson<{
    spec: { replicas: number; template: { spec: { containers: { image: string; env: object[] }[] } } };
  }>('deployment', `shop-${color}`, '-n', namespace);
  const [container] = live.template.spec.containers;
  return { replicas: live.replicas, image: container?.image, env: container?.env };
}

const activeColor = (namespace: string) =>
  kubectl('get', 'service', 'shop-active', '-n', namespace, '-o', 'jsonpath={.spec.selector.version}');

beforeAll(async () => {
  dev = await createNamespace('dev');
  production = await createNamespace('production');
  const base = stringify({ ...SPEC, replicas: 1 }, { aliasDuplicateObjects: false });
  writeFileSync(
    spec,
    `${base}environments:
  dev: # for everyone
    namespace: ${dev}
    # What only developers want.
    env: {MODE: development}
  production:
    namespace: ${production}
    replicas: 2
    colors:
      green: {version: v0.2.0}
`,
  );
  const { exitCode, stdout, stderr } = await bluegreen(['synth', spec, `--output-dir=${dist}`]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.split('\n')).toHaveLength(12);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([dev, production].map((namespace) => namespace && deleteNamespace(namespace)));
});

test('one spec is installed in two environments, each in its namespace', async () => {
  for (const environment of ['dev', 'production']) {
    const { exitCode, stderr } = await shop('deploy', environment, '-f', dist);
    expect({ exitCode, stderr }).toExitWith(0);
  }
  expect(await deployment(dev, 'green')).toMatchObject({ replicas: 1, image: 'engine-ops:v0.1.0' });
  expect((await deployment(dev, 'green')).env).toContainEqual({ name: 'MODE', value: 'development' });
  expect(await deployment(production, 'green')).toMatchObject({ replicas: 2, image: 'engine-ops:v0.2.0' });
  expect((await deployment(production, 'green')).env).not.toContainEqual(expect.objectContaining({ name: 'MODE' }));
});

test('promote moves traffic in the environment that it names, and in no other', async () => {
  const { exitCode, stderr } = await shop('promote', 'production', '-f', dist, '--yes');
  expect({ exitCode, stderr }).toExitWith(0);
  expect(await activeColor(production)).toBe('green');
  expect(await activeColor(dev)).toBe('blue');
});

test('--write-back changes the part of the environment and its files alone', async () => {
  const [before, others] = [readFileSync(spec, 'utf8'), snapshot('', 'production')];
  const args = ['--version=v0.2.0', '--yes', '--write-back', `--spec=${spec}`, `--output-dir=${dist}`];
  const { exitCode, stdout, stderr } = await shop('promote', 'dev', ...args);
  expect({ exitCode, stderr }).toExitWith(0);
  expect(stdout).toContain(`${spec} written\n${join(dist, 'dev/shop-green.k8s.yaml')} written\n`);
  expect(readFileSync(spec, 'utf8')).toBe(
    before.replace(
      '  dev: # for everyone\n',
      '  dev: # for everyone\n    active: green\n    colors:\n      green:\n        version: v0.2.0\n',
    ),
  );
  expect(snapshot('', 'production')).toEqual(others);
  expect(await bluegreen(['synth', spec, `--output-dir=${dist}`, '--check'])).toExitWith(0);
  await kubectl('apply', '--server-side', '--force-conflicts', '-f', join(dist, 'dev'));
  expect(await activeColor(dev)).toBe('green');

  const back = await shop('rollback', 'dev', ...args.slice(2));
  expect(back).toExitWith(0);
  expect(parse(readFileSync(spec, 'utf8')).environments.dev.active).toBe('blue');
});

test('verbs without manifests find the namespace in those of dist/', async () => {
  // A folder named dist is where they look, from where they are called.
  const dryRun = await shop('rollback', 'production', `--output-dir=${dist}`, '--dry-run');
  expect(dryRun).toExitWith(0);
  expect(dryRun.stdout).toContain(`in namespace ${production}: traffic moves from green to blue`);
});

test('manifests of no environment are kept out of the namespace of one', async () => {
  const { exitCode, stderr } = await bluegreen(['promote', 'shop', '-f', dist, '-n', production, '--yes']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    `namespace "${production}" is that of environment production, and the manifests in "${dist}" are of none: pass --environment=production`,
  );
});

test.each([
  [
    ['deploy', '-f', dist, '--environment=prodution'],
    'holds no manifests of an environment "prodution": it holds those of dev, production',
  ],
  [
    ['deploy', '-f', join(dist, 'shop-blue.k8s.yaml'), '--environment=dev'],
    'is a file: --environment needs the folder',
  ],
  [['promote', '-f', dist, '--environment=dev', '-n', 'elsewhere'], 'does not match the namespace "elsewhere"'],
  [['status', '--environment=nowhere'], '"dist" holds no manifests of an environment "nowhere"'],
  [['status', '--environment=../dev'], 'invalid environment "../dev"'],
  [
    ['promote', '--environment=qa', '--write-back', `--spec=${spec}`, `--output-dir=${dist}`],
    `${spec} has no environment "qa"; it has dev, production`,
  ],
])('%j is refused before the cluster is asked (exit 2)', async ([verb = '', ...args], message) => {
  const { exitCode, stderr } = await bluegreen([verb, 'shop', '--server=http://127.0.0.1:1', ...args]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

test('synth of an environment that is not there names the nearest (exit 2)', async () => {
  const { exitCode, stderr } = await bluegreen(['synth', spec, `--output-dir=${dist}`, '--environment=prod']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`${spec}: has no environment "prod"; it has dev, production`);
});

/** The text of every file in these folders of dist. */
const snapshot = (...folders: string[]) =>
  folders.flatMap((name) =>
    readdirSync(join(dist, name))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => readFileSync(join(dist, name, file), 'utf8')),
  );
