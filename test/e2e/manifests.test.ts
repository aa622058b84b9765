import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { synthesize } from '../../charts/index.js';
import { pluginFolder } from '../cluster/exec.js';
import { bluegreen, createNamespace, deleteNamespace, getJson, kubectl, run } from './support/cluster.js';

jest.setTimeout(240_000);

const scratch = mkdtempSync(join(tmpdir(), 'bluegreen-manifests-'));

function contents(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

describe('the manifests of dist/', () => {
  let namespace: string;

  beforeAll(async () => {
    namespace = await createNamespace('manifests');
  });
  afterAll(() => deleteNamespace(namespace));

  test('every object is accepted by the API server, without a warning', async () => {
    const args = ['apply', '--dry-run=server', '--validate=strict', '-f', 'dist/', '-n', namespace] as const;
    const { exitCode, stdout, stderr } = await run(['kubectl', ...args]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').sort()).toEqual([
      'configmap/engine-ops-config created (server dry run)',
      'deployment.apps/engine-ops-blue created (server dry run)',
      'deployment.apps/engine-ops-green created (server dry run)',
      'service/engine-ops-active created (server dry run)',
      'service/engine-ops-blue created (server dry run)',
      'service/engine-ops-green created (server dry run)',
      'service/engine-ops-preview created (server dry run)',
    ]);
  });

  test.each([
    ['npm run synth', [join(pluginFolder(), 'kubectl-bluegreen'), 'synth', '-d']],
    ['cdk8s synth', ['npx', 'cdk8s', 'synth', '-o']],
  ])('%s gives the bytes that are committed, on another day as well', async (_, [file = '', ...args]) => {
    const folder = join(scratch, args.at(-2) ?? '');
    const env = { CDK8S_CHECK_UPGRADE: 'false', TZ: 'Pacific/Kiritimati', LC_ALL: 'C' };
    await execa(file, [...args, folder], { env });
    expect(contents(folder)).toEqual(contents('dist'));
  });

  test('a stale dist/ is told by name', async () => {
    const folder = join(scratch, 'stale');
    cpSync('dist', folder, { recursive: true });
    await execa('sed', ['-i', 's/replicas: 2/replicas: 3/', join(folder, 'engine-ops-blue.k8s.yaml')]);
    const { exitCode, stderr } = await bluegreen(['synth', '--check', '-d', folder]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('engine-ops-blue.k8s.yaml: stale');
  });
});

describe('a release that is unlike engine-ops in everything', () => {
  const dist = join(scratch, 'storefront');

  beforeAll(async () => {
    synthesize(['test/releases/storefront.yaml'], dist);
    await kubectl('create', 'namespace', 'shop');
    await kubectl('label', 'namespace', 'shop', 'pod-security.kubernetes.io/enforce=restricted');
    await kubectl('label', 'nodes', '--all', ...nodeLabels(), '--overwrite');
  });
  afterAll(() => kubectl('delete', 'namespace', 'shop', '--wait=true'));

  function nodeLabels(): string[] {
    const [, block = ''] =
      /nodeSelector:\n((?: {8}\S.*\n)+)/.exec(readFileSync(join(dist, 'storefront-blue.k8s.yaml'), 'utf8')) ?? [];
    return block
      .trim()
      .split('\n')
      .map((line) => line.trim().replace(': ', '='));
  }

  test('is deployed under Pod Security "restricted", promoted and rolled back', async () => {
    const deployed = await bluegreen(['deploy', 'storefront', '-f', dist]);
    expect(deployed).toExitWith(0);
    const promoted = await bluegreen([
      'promote',
      'storefront',
      '-f',
      dist,
      '--version=1.1.0',
      '--yes',
      '-n',
      'shop',
      '--soak=0s',
    ]);
    expect(promoted).toExitWith(0);
    const { stdout } = await bluegreen(['status', 'storefront', '-n', 'shop', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      active: { color: 'blue', version: '1.1.0' },
      idle: { color: 'green', version: '1.0.0' },
    });
    expect(await bluegreen(['rollback', 'storefront', '-n', 'shop', '--soak=0s'])).toExitWith(0);
    const active = await getJson<{ spec: { selector: object } }>('service', 'storefront-active', '-n', 'shop');
    expect(active.spec.selector).toEqual({ app: 'storefront', version: 'green' });
  });
});
