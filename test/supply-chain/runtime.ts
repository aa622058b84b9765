import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

interface Lock {
  readonly name: string;
  readonly packages: Readonly<Record<string, { version?: string; license?: string; dev?: boolean }>>;
}

export interface RuntimePackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const readLock = () => JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;

/** What is installed with the plugin, each version of a package once. */
export function runtimePackages(): RuntimePackage[] {
  const entries = Object.entries(readLock().packages).filter(([path, { dev }]) => path !== '' && !dev);
  const packages = entries.map(([path, { version = '', license = '' }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return [`${name} ${version}`, { name, version, license }] as const;
  });
  const byId = [...new Map(packages)].sort(([a], [b]) => (a < b ? -1 : 1));
  return byId.map(([, one]) => one);
}

/** LICENSES.md. */
export function licensesText(): string {
  const rows = runtimePackages().map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`);
  return `# Licences

What is installed with this plugin, or bundled into it, and under which licence. Written by \`npm run licenses\`.

| Package | Version | Licence |
| --- | --- | --- |
${rows.join('\n')}
`;
}

/** The part of a CycloneDX document that is read here. @see https://cyclonedx.org/docs/1.5/json/ */
export interface Bom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly purl: string;
  readonly licenses?: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

const isDevelopment = ({ properties = [] }: Component) =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');

/**
 * npm's document of all packages, without those that only develop the plugin. npm's own `--omit dev` also leaves out what both
 * need, as yargs and cdk8s; and it calls the project by the name of its folder.
 */
export function runtimeBom(all: Bom): Bom {
  const { component } = all.metadata;
  const components = all.components.filter((one) => !isDevelopment(one));
  const refs = new Set([component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  return {
    ...all,
    metadata: { ...all.metadata, component: { ...component, name: readLock().name } },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
  };
}
