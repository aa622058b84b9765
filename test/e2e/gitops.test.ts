import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { Service } from '../../plugin/core/kubernetes.js';
import { until } from '../cluster/wait.js';
import { getJson, kubectl, kubectlWith } from './support/cluster.js';
import { createCustomResource } from './support/custom-resources.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

/** What a GitOps tool does: server-side apply as a field manager of its own, and by force. */
const applyAs = (manager: string, namespace: string, objects: readonly object[]) =>
  kubectlWith(
    { input: objects.map((object) => JSON.stringify(object)).join('\n---\n') },
    ...['apply', '-n', namespace, '--server-side', '--force-conflicts', `--field-manager=${manager}`, '-f', '-'],
  );

const manifests = (release: TestRelease, ...files: string[]): Service[] =>
  files.flatMap((file) =>
    parseAllDocuments(readFileSync(join(release.dist, `${file}.k8s.yaml`), 'utf8')).map((document) => document.toJS()),
  );

/** The manifest of the active Service as a tool applies it that was told to ignore the selector, with another change in it. */
function withoutSelector(service: Service): object {
  const { selector, ...spec } = service.spec;
  return { ...service, metadata: { ...service.metadata, labels: { ...service.metadata.labels, team: 'shop' } }, spec };
}

const selectorOf = async (release: TestRelease) =>
  (await getJson<Service>('service', 'shop-active', '-n', release.namespace)).spec.selector;

describe('a release that Flux applies', () => {
  let release: TestRelease;
  const promote = (...args: string[]) => release.bluegreen('promote', ['--yes', ...args]);
  const sync = (objects: readonly object[]) => applyAs('kustomize-controller', release.namespace, objects);
  const traffic = () => manifests(release, 'shop-traffic');
  const active = () => traffic().find(({ metadata }) => metadata.name === 'shop-active') as Service;

  beforeAll(async () => {
    release = await createRelease('flux', { colors: { blue: { version: 'v0.1.0' }, green: { version: 'v0.2.0' } } });
    const labels = {
      'kustomize.toolkit.fluxcd.io/name': 'shop',
      'kustomize.toolkit.fluxcd.io/namespace': release.namespace,
    };
    release.synth({ labels, colors: { blue: { version: 'v0.1.0' }, green: { version: 'v0.2.0' } } });
    await sync(manifests(release, 'shop', 'shop-blue', 'shop-green', 'shop-traffic'));
    await Promise.all(
      ['blue', 'green'].map((color) =>
        kubectl('rollout', 'status', `deployment/shop-${color}`, '-n', release.namespace, '--timeout=60s'),
      ),
    );
  });
  afterAll(() => release?.remove());

  test('is refused, with what lets the two live together', async () => {
    const before = await release.fingerprint();
    const { exitCode, stderr } = await promote();
    expect(exitCode).toBe(3);
    expect(stderr).toContain('is managed by Flux (kustomize.toolkit.fluxcd.io/name: shop');
    expect(stderr).toContain('- paths: [/spec/selector]');
    expect(stderr).toContain('name: shop-preview');
    expect(stderr).toContain('kustomize.toolkit.fluxcd.io/ssa: IfNotPresent');
    expect(await release.fingerprint()).toEqual(before);
  });

  test('is moved back by the next reconciliation when it was forced, and status says by whom', async () => {
    expect((await promote('--force')).exitCode).toBe(0);
    expect(await release.activeColor()).toBe('green');
    await sync(traffic());
    expect(await release.activeColor()).toBe('blue');
    const { stdout } = await release.bluegreen('status');
    expect(stdout).toMatch(
      /traffic is on blue, but the promote by \S+ at \S+ moved it to green: kustomize-controller wrote/,
    );
  });

  test('is told of at once when that happens during the watch', async () => {
    const running = promote('--force', '--soak=60s');
    const moved = async () => ((await release.activeColor()) === 'green' ? true : undefined);
    await until(moved, { what: 'the switch', timeoutMs: 60_000 });
    await sync(traffic());
    const { exitCode, stderr } = await running;
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(
      /traffic is on blue, but the promote .* moved it to green: kustomize-controller wrote the selector/,
    );
  });

  test('is known by the field manager alone, when the labels are turned off', async () => {
    const labels = ['name', 'namespace'].map((key) => `kustomize.toolkit.fluxcd.io/${key}-`);
    await kubectl('label', 'service', 'shop-active', '-n', release.namespace, ...labels);
    const { exitCode, stderr } = await promote();
    expect(exitCode).toBe(3);
    expect(stderr).toContain('is managed by Flux (field manager kustomize-controller applied its selector at ');
    await sync(traffic());
  });

  test('has rules that are unknown while there is no Kustomization', async () => {
    const { exitCode, stdout } = await release.bluegreen('gitops');
    expect(exitCode).toBe(3);
    expect(stdout).toContain(`Kustomization shop was looked for in namespace ${release.namespace}`);
    expect(stdout).toMatch(/service\/shop-active +\/spec\/selector +unknown/);
  });

  const kustomization = (...ignore: object[]) =>
    createCustomResource({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'shop', namespace: release.namespace },
      spec: { ignore },
    });

  test('is refused while its Kustomization ignores the selector and not all else that a promotion changes', async () => {
    const rules = await kustomization({
      paths: ['/spec/selector'],
      target: { kind: 'Service', name: 'shop-active' },
    });
    try {
      const before = await release.fingerprint();
      const { exitCode, stderr } = await promote();
      expect(exitCode).toBe(3);
      expect(stderr).toContain('may put back what a promotion changes: service/shop-preview /spec/selector');
      const { exitCode: incomplete, stdout } = await release.bluegreen('gitops');
      expect(incomplete).toBe(3);
      expect(stdout).toMatch(/service\/shop-active +\/spec\/selector +set/);
      expect(stdout).toMatch(/deployment\.apps\/shop-green +\/spec\/replicas +missing/);
      expect(await release.fingerprint()).toEqual(before);
    } finally {
      await rules.remove();
    }
  });

  test('is promoted when its Kustomization ignores all of it, and stays where it was moved', async () => {
    const rules = await kustomization(
      { paths: ['/spec/selector'], target: { kind: 'Service', name: 'shop-(active|preview)' } },
      { paths: ['/spec/replicas'], target: { kind: 'Deployment' } },
    );
    try {
      const { exitCode, stderr } = await promote();
      expect({ exitCode, stderr }).toExitWith(0);
      expect((await release.bluegreen('gitops')).exitCode).toBe(0);
      await sync([withoutSelector(active())]);
      expect(await selectorOf(release)).toEqual({ app: 'shop', version: 'green' });
      expect((await release.bluegreen('status')).stdout).not.toContain('traffic is on blue');
    } finally {
      await rules.remove();
    }
  });
});

describe('a release that Argo CD applies', () => {
  let release: TestRelease;
  const rollback = (...args: string[]) => release.bluegreen('rollback', args);
  const rule = { kind: 'Service', name: 'shop-active', jsonPointers: ['/spec/selector'] };

  beforeAll(async () => {
    release = await createRelease('argo');
    expect((await release.bluegreen('deploy', ['-f', release.dist])).exitCode).toBe(0);
    const id = `${release.namespace}_shop:/Service:${release.namespace}/shop-active`;
    await kubectl('annotate', 'service/shop-active', '-n', release.namespace, `argocd.argoproj.io/tracking-id=${id}`);
  });
  afterAll(() => release?.remove());

  const application = (spec: object) =>
    createCustomResource({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'shop', namespace: release.namespace },
      spec,
    });

  test('is refused while its Application hides the difference, but a sync would apply it', async () => {
    const rules = await application({ ignoreDifferences: [rule] });
    try {
      const { exitCode, stderr } = await rollback();
      expect(exitCode).toBe(3);
      expect(stderr).toContain('jsonPointers: [/spec/selector]');
      expect(stderr).toContain('jsonPointers: [/spec/replicas]');
      expect(stderr).toContain('syncOptions: [RespectIgnoreDifferences=true]');
    } finally {
      await rules.remove();
    }
  });

  test('is switched when its Application respects the difference, and stays after a sync', async () => {
    const syncPolicy = { syncOptions: ['RespectIgnoreDifferences=true'] };
    const rules = await application({ ignoreDifferences: [rule], syncPolicy });
    try {
      const { exitCode, stderr } = await rollback();
      expect({ exitCode, stderr }).toExitWith(0);
      // Such a sync applies the live value of what it ignores.
      const [active] = manifests(release, 'shop-traffic').filter(({ metadata }) => metadata.name === 'shop-active');
      const live = { ...active, spec: { ...active?.spec, selector: await selectorOf(release) } };
      await applyAs('argocd-controller', release.namespace, [live]);
      expect(await release.activeColor()).toBe('green');
      expect((await rollback('--to=green')).stderr).toContain('nothing to do');
    } finally {
      await rules.remove();
    }
  });
});
