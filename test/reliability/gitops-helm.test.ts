import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import { parseAllDocuments, stringify } from 'yaml';
import type { Deployment, KubernetesObject, Service } from '../../plugin/core/kubernetes.js';
import { goTool } from '../cluster/go-tool.js';
import { getJson, kubectl, run } from '../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { countedTest } from './support/counted.js';

// The first run builds helm.
jest.setTimeout(900_000);

const test = countedTest('gitops-helm', {
  place: 32,
  promise: 'With the printed lookups in a chart, helm upgrade leaves traffic, preview and replicas where they are live',
  unit: 'ways',
});

/** A chart of a release's manifests, with the printed rules in the templates of the four objects that they are for. */
async function writeChart(release: TestRelease, folder: string): Promise<void> {
  const { stdout } = await release.bluegreen('gitops', ['--tool=helm']);
  const rules = stdout.split('---\n').flatMap((text) => {
    const [kind, name] = [/^kind: (.*)$/m, /^ {2}name: (.*)$/m].map((pattern) => pattern.exec(text)?.[1]);
    const [, annotation = ''] = /^ {2}annotations:\n {4}(.*)$/m.exec(text) ?? [];
    const line = /^ {2}(?:selector|replicas): .*$/m.exec(text)?.[0] ?? '';
    return name ? [{ kind, name, annotation, line }] : [];
  });
  expect(rules).toHaveLength(4);
  mkdirSync(join(folder, 'templates'), { recursive: true });
  writeFileSync(join(folder, 'Chart.yaml'), stringify({ apiVersion: 'v2', name: 'shop', version: '0.1.0' }));
  writeFileSync(join(folder, 'values.yaml'), stringify({ blue: 'v0.1.0', green: 'v0.1.0', team: 'one' }));
  for (const file of readdirSync(release.dist)) {
    const documents = parseAllDocuments(readFileSync(join(release.dist, file), 'utf8'));
    const texts = documents.map((document) => templateOf(document.toJS() as KubernetesObject, rules));
    writeFileSync(join(folder, 'templates', file), texts.join('---\n'));
  }
}

interface PrintedRule {
  readonly kind: string | undefined;
  readonly name: string;
  readonly annotation: string;
  readonly line: string;
}

function templateOf(object: KubernetesObject, rules: readonly PrintedRule[]): string {
  const { kind, metadata } = object;
  const rule = rules.find((one) => one.kind === kind && one.name === metadata.name);
  const [key = '', value = ''] = rule?.annotation.split(': ') ?? [];
  const annotations = { ...metadata.annotations, team: '{{ .Values.team }}', ...(rule && { [key]: value }) };
  const [field = ''] = rule?.line.trim().split(':') ?? [];
  const { [field]: _, ...spec } = (object as unknown as { spec?: Record<string, unknown> }).spec ?? {};
  const whole = { ...object, metadata: { ...metadata, annotations }, ...('spec' in object && { spec }) };
  const text = stringify(whole, { aliasDuplicateObjects: false, lineWidth: 0 });
  const versioned = text.replace(/image: engine-ops:.*/, `image: engine-ops:{{ .Values.${metadata.labels?.version} }}`);
  return rule ? versioned.replace(/^spec:\n/m, `spec:\n${rule.line}\n`) : versioned;
}

/** In their order: each goes on where the one before ended. Helm 4 applies by server-side apply. */
describe.each(['helm', 'helm4'])('a release that %s installs from a chart with the printed rules', (folder) => {
  let release: TestRelease;
  let program: string;
  const chart = mkdtempSync(join(tmpdir(), 'bluegreen-chart-'));

  beforeAll(async () => {
    program = await goTool(join(import.meta.dirname, '..', 'gitops', folder));
    release = await createRelease(folder);
    await writeChart(release, chart);
    await helm('install', 'shop', chart);
    await rolledOut();
  });
  afterAll(async () => {
    rmSync(chart, { recursive: true });
    await release?.remove();
  });

  async function helm(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await run([program, ...args, '-n', release.namespace]);
    expect({ exitCode, stderr }).toExitWith(0);
    return stdout;
  }
  const rolledOut = async () => {
    for (const color of ['blue', 'green'])
      await kubectl('rollout', 'status', `deployment/shop-${color}`, '-n', release.namespace, '--timeout=120s');
  };
  const seen = async () => {
    const selected = async (name: string) =>
      (await getJson<Service>('service', name, '-n', release.namespace)).spec.selector?.version;
    const replicas = async (color: string) =>
      (await getJson<Deployment>('deployment', `shop-${color}`, '-n', release.namespace)).spec.replicas;
    return [
      await selected('shop-active'),
      await selected('shop-preview'),
      await replicas('blue'),
      await replicas('green'),
    ];
  };

  test('has every rule, by its annotations', async () => {
    expect(await release.bluegreen('gitops')).toExitWith(0);
  });

  test('gets its versions from the chart: another one is refused, and says so', async () => {
    const { exitCode, stderr } = await release.bluegreen('promote', ['--yes', '--version=v0.2.0']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('is managed by Helm (meta.helm.sh/release-name: shop), which would put back');
    expect(stderr).toContain('set the version of green in the values of the chart to v0.2.0, and upgrade it with helm');
  });

  test('is promoted without --force, and each upgrade after it keeps what is live', async () => {
    await helm('upgrade', 'shop', chart, '--set', 'green=v0.2.0');
    await rolledOut();
    expect(await release.bluegreen('promote', ['--yes', '--version=v0.2.0'])).toExitWith(0);
    expect(await release.bluegreen('cleanup')).toExitWith(0);
    const live = ['green', 'blue', 0, 2];
    expect(await seen()).toEqual(live);
    await helm('upgrade', 'shop', chart, '--set', 'green=v0.2.0,team=two');
    expect(await seen()).toEqual(live);
    const { metadata } = await getJson<Service>('service', 'shop-active', '-n', release.namespace);
    expect(metadata.annotations?.team).toBe('two');
  });

  test('is rendered without lookups by helm template, as the rules say', async () => {
    const rendered = await helm('template', 'shop', chart);
    expect(rendered).toMatch(/name: shop-active[\s\S]*?selector: \{"app":"shop","version":"blue"\}/);
  });

  test('is moved by helm rollback, which Helm 4 refuses, as the rules say', async () => {
    expect((await release.bluegreen('gitops', ['--tool=helm'])).stdout).toMatch(/"helm rollback" .*moves traffic/);
    const before = await seen();
    const { exitCode, stderr } = await run([program, 'rollback', 'shop', '1', '-n', release.namespace]);
    if (folder === 'helm4') {
      expect(exitCode).toBe(1);
      expect(stderr).toContain('conflict with "bluegreen": .spec.selector');
      expect(await seen()).toEqual(before);
    } else {
      expect({ exitCode, stderr }).toExitWith(0);
      expect((await seen())[0]).toBe('blue');
    }
  });
});
