import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { EndpointSlice } from '../../plugin/core/kubernetes.js';
import { bluegreen, createNamespace, deleteNamespace, getJson, kubectl, kubectlWith, run } from './support/cluster.js';
import { createRelease } from './support/release.js';
import { until } from './support/until.js';

jest.setTimeout(180_000);

const application = (name: string, labels: Record<string, string>) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        containers: [{ name, image: 'engine-ops:v0.1.0', ports: [{ name: 'http', containerPort: 3000 }] }],
      },
    },
  },
});

const service = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { ports: [{ port: 80, targetPort: 3000 }], ...spec },
});

describe('init --from-cluster of a plain Deployment', () => {
  let namespace: string;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bluegreen-init-'));
    namespace = await createNamespace('init-service');
    const web = { app: 'web', team: 'front' };
    const api = { app: 'api', team: 'front' };
    const objects = [
      application('web', web),
      application('api', api),
      service('web', { selector: { app: 'web' } }),
      service('api', { selector: { app: 'api' } }),
      service('partly', { selector: { app: 'web', team: 'back' } }),
      service('unselecting', {}),
      service('outside', { type: 'ExternalName', externalName: 'db.example.com', selector: web }),
      service('shared', { selector: { team: 'front' } }),
    ];
    await kubectlWith(
      { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) },
      'create',
      '-n',
      namespace,
      '-f',
      '-',
    );
    for (const name of ['web', 'api'])
      await kubectl('rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=60s');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await deleteNamespace(namespace);
  });

  const init = (...flags: string[]) =>
    bluegreen(['init', 'site', '--from-cluster', '-n', namespace, `--spec=${folder}/site.yaml`, ...flags]);

  test.each([
    ['of another application', 'api', 'selects app=api'],
    ['that its labels match only in part', 'partly', 'selects app=web,team=back'],
    ['without a selector', 'unselecting', 'has no selector'],
    ['of type ExternalName', 'outside', 'is of type ExternalName, which leads to no Pods'],
  ])('refuses a Service %s, names those that lead to it and prints no command (exit 3)', async (_, name, why) => {
    const { exitCode, stdout, stderr } = await init('--deployment=web', `--service=${name}`);
    expect(exitCode).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain(`service "${name}" ${why}, want one that selects the Pods of deployment "web"`);
    expect(stderr).toContain('name one of these with --service: "shared", "web"');
    expect(stderr).not.toMatch(/kubectl (delete|patch)/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('prints for a Service of two applications commands that leave the other one as it is', async () => {
    const endpoints = async (name: string) => {
      const label = `kubernetes.io/service-name=${name}`;
      const { items } = await getJson<{ items: EndpointSlice[] }>('endpointslices', '-n', namespace, '-l', label);
      return items.flatMap((slice) => slice.endpoints ?? []).map(({ targetRef }) => targetRef?.name ?? '');
    };
    await until(async () => (await endpoints('shared')).length === 2);
    const api = await endpoints('api');
    const { exitCode, stderr } = await init('--deployment=web', '--service=shared');
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr).toContain('service "shared" leads to deployment/api too: it stays');
    expect(stderr).toContain('these Services lead to the old Pods too: web');

    for (const [command] of stderr.matchAll(/kubectl (delete|patch) .*$/gm))
      expect(await run(['bash', '-c', command])).toExitWith(0);
    await until(async () => (await endpoints('web')).length === 0);
    expect(await endpoints('shared')).toEqual(api);
    expect(await endpoints('api')).toEqual(api);
  });
});

test('a color of a release is not taken for a plain Deployment, whose commands would delete it', async () => {
  const release = await createRelease('init-color', { replicas: 1 });
  try {
    await release.install();
    const { namespace } = release;
    const args = ['--from-cluster', '-n', namespace, '--deployment=shop-blue', '--service=shop-active', '--dry-run'];
    const { exitCode, stderr } = await bluegreen(['init', 'site', ...args]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('deployment "shop-blue" is a color of release "shop"');
    expect(stderr).not.toContain('kubectl delete');
  } finally {
    await release.remove();
  }
});
