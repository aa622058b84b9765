import { afterAll, beforeAll, describe, expect, jest, test as plain } from '@jest/globals';
import { FIELD_MANAGER } from '../../charts/names.js';
import type { Deployment, KubernetesObject } from '../../plugin/core/kubernetes.js';
import { existingContext } from '../cluster/existing.js';
import { getJson, kubectl, kubectlWith } from '../e2e/support/cluster.js';
import { rolledOut } from '../e2e/support/live.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { countedTest } from './support/counted.js';
import { startImageWebhook } from './support/image-webhook.js';

jest.setTimeout(240_000);

const test = countedTest('one-owner', {
  place: 3,
  promise: 'After a deploy a color has what its manifest states, whoever wrote on it before and in whatever form',
  unit: 'deploys',
});

// The API server reaches a webhook at 127.0.0.1 on its own machine.
const onNode = existingContext() ? plain.skip : test;

let release: TestRelease;
beforeAll(async () => {
  release = await createRelease('one-owner', { replicas: 1 });
  await release.install();
});
afterAll(() => release?.remove());

const green = () => getJson<Deployment>('deployment', 'shop-green', '-n', release.namespace, '--show-managed-fields');
const container = async () => (await green()).spec.template.spec.containers[0] as Record<string, unknown> | undefined;
const deploy = (...args: string[]) => release.bluegreen('deploy', ['-f', release.dist, ...args]);

/** Everything is written under one manager, so that what the manifest does not state goes. */
describe('the idle color after a deploy', () => {
  test('has nothing left of what a person changed with kubectl', async () => {
    const { namespace } = release;
    await kubectl('set', 'env', 'deployment/shop-green', '-n', namespace, 'LEFT=over');
    await kubectl('set', 'resources', 'deployment/shop-green', '-n', namespace, '--limits=memory=512Mi');
    await rolledOut(namespace, 'green');
    expect(await deploy()).toExitWith(0);
    expect(JSON.stringify(await container())).not.toMatch(/LEFT|512Mi/);
    const managers = ((await green()).metadata.managedFields ?? []).map(({ manager }) => manager);
    expect(managers).toContain(FIELD_MANAGER);
    expect(managers.filter((manager) => manager?.startsWith('kubectl'))).toEqual([]);
  });

  test('keeps what another controller set, and says who', async () => {
    const { namespace } = release;
    const object = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop-green', namespace },
      spec: { template: { metadata: { annotations: { 'example.com/injected': 'yes' } } } },
    };
    const apply = ['apply', '--server-side', '--field-manager=injector', '-f', '-'];
    await kubectlWith({ input: JSON.stringify(object) }, ...apply);
    await rolledOut(namespace, 'green');
    release.synth({ resources: { requests: { cpu: '11m', memory: '16Mi' } } });
    const { exitCode, stderr } = await deploy();
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr).toMatch(/warning: deployment.apps\/shop-green also has what injector set .*example.com\/injected/);
    const { metadata } = (await green()).spec.template;
    expect(metadata?.annotations).toMatchObject({ 'example.com/injected': 'yes' });
  });

  test('has the ports of its manifest alone, after a version of another port that failed and was put back', async () => {
    const ports = [{ name: 'http', containerPort: 4000, servicePort: 80 }];
    release.synth({ ports, env: { PORT: '4000' } });
    const failing = await deploy('--version=v0.3.0', '--check-retries=1');
    expect(failing).toExitWith(3);
    expect(await container()).toMatchObject({ ports: [{ containerPort: 3000 }] });
    expect(await deploy('--version=v0.2.0')).toExitWith(0);
    expect((await container())?.ports).toEqual([{ name: 'http', containerPort: 4000, protocol: 'TCP' }]);
  });
});

describe('what the server has in another form', () => {
  test('is no difference: the same promotion run twice moves traffic once', async () => {
    release.synth({ resources: { requests: { cpu: '0.01', memory: '16384Ki' } } });
    const promote = () => release.bluegreen('promote', ['-f', release.dist, '--version=v0.2.0', '--yes']);
    expect(await promote()).toExitWith(0);
    const color = await release.activeColor();
    const again = await promote();
    expect(again).toExitWith(0);
    expect(again.stderr).toContain('nothing to do');
    expect(await release.activeColor()).toBe(color);
  });

  onNode('is no difference where a webhook rewrites the image: promoted twice, then another version', async () => {
    release.synth({});
    const promote = (version: string) =>
      release.bluegreen('promote', ['-f', release.dist, `--version=${version}`, '--yes']);
    const stop = await startImageWebhook(release.namespace);
    try {
      expect(await promote('v0.1.0')).toExitWith(0);
      const color = await release.activeColor();
      const again = await promote('v0.1.0');
      expect(again).toExitWith(0);
      expect(again.stderr).toContain('nothing to do');
      expect(await release.activeColor()).toBe(color);
      expect(await promote('v0.2.0')).toExitWith(0);
      const now = await release.activeColor();
      expect(now).not.toBe(color);
      const { spec } = await getJson<Deployment>('deployment', `shop-${now}`, '-n', release.namespace);
      expect(spec.template.spec.containers[0]?.image).toBe('docker.io/library/engine-ops:v0.2.0');
    } finally {
      await stop();
    }
  });

  test('hides no removal: a toleration and an annotation that the spec drops are a new version', async () => {
    const more = { tolerations: [{ key: 'a', operator: 'Exists' }], podAnnotations: { 'example.com/a': 'b' } };
    release.synth(more);
    const promote = () => release.bluegreen('promote', ['-f', release.dist, '--version=v0.2.0', '--yes']);
    expect(await promote()).toExitWith(0);
    const color = await release.activeColor();
    release.synth({});
    expect(await promote()).toExitWith(0);
    const now = await release.activeColor();
    expect(now).not.toBe(color);
    const live = await getJson<Deployment>('deployment', `shop-${now}`, '-n', release.namespace);
    const { spec, metadata } = live.spec.template as unknown as {
      spec: object;
      metadata: KubernetesObject['metadata'];
    };
    expect(spec).not.toHaveProperty('tolerations');
    expect(metadata.annotations ?? {}).not.toHaveProperty(['example.com/a']);
  });
});
