import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { type Bom, licensesText, runtimeBom, runtimePackages } from '../supply-chain/runtime.js';

jest.setTimeout(60_000);

let printed: string;
beforeAll(async () => {
  const env = { npm_config_registry: 'https://registry.invalid/npm/' };
  printed = (await execa('npm', ['run', '--silent', 'sbom'], { env })).stdout;
});

const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

test('LICENSES.md is current: npm run licenses', () => {
  expect(readFileSync('LICENSES.md', 'utf8')).toBe(licensesText());
});

test('every package that is installed with the plugin says its licence', () => {
  const packages = runtimePackages();
  expect(packages.filter(({ license, version }) => license === '' || version === '')).toEqual([]);
  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(dependencies)));
});

test('the SBOM holds every package that is installed with the plugin and its licence, and no other', () => {
  const { metadata, components } = JSON.parse(printed) as Bom;
  expect(metadata.component.purl).toMatch(/^pkg:npm\/kubectl-bluegreen@/);
  expect(metadata.component.name).toBe('kubectl-bluegreen');
  const licence = ({ licenses = [] }: Bom['components'][number]) =>
    licenses.map(({ license, expression }) => license?.id ?? expression).join();
  expect(components.map((one) => `${one.name}@${one.purl.split('@').at(-1)} ${licence(one)}`).sort()).toEqual(
    runtimePackages()
      .map(({ name, version, license }) => `${name}@${version} ${license}`)
      .sort(),
  );
  const names = components.map(({ name }) => name);
  for (const [name, version] of Object.entries(dependencies))
    expect(components).toContainEqual(expect.objectContaining({ name, version }));
  expect(names.filter((name) => name in devDependencies && !(name in dependencies))).toEqual([]);
});

test('the SBOM tells nothing of the machine that it was made on', () => {
  for (const secret of [process.cwd(), homedir(), 'registry.invalid']) expect(printed).not.toContain(secret);
  const hosts = [...printed.matchAll(/https?:\/\/([^/"]+)/g)].map(([, host]) => host);
  expect([...new Set(hosts)].filter((host) => host !== 'cyclonedx.org' && host !== 'registry.npmjs.org')).toEqual([]);
});

test('what only develops the plugin is left out of an SBOM, with what leads to it', () => {
  const component = (name: string, development?: boolean) => ({
    'bom-ref': `${name}@1`,
    name,
    purl: `pkg:npm/${name}@1`,
    properties: development ? [{ name: 'cdx:npm:package:development', value: 'true' }] : [],
  });
  const bom = runtimeBom({
    metadata: { component: component('folder') },
    components: [component('yargs'), component('jest', true)],
    dependencies: [
      { ref: 'folder@1', dependsOn: ['yargs@1', 'jest@1'] },
      { ref: 'yargs@1', dependsOn: [] },
      { ref: 'jest@1', dependsOn: ['yargs@1'] },
    ],
  });
  expect(bom.components.map(({ name }) => name)).toEqual(['yargs']);
  expect(bom.dependencies).toEqual([
    { ref: 'folder@1', dependsOn: ['yargs@1'] },
    { ref: 'yargs@1', dependsOn: [] },
  ]);
});
