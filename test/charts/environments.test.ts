import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import {
  checkSynthesized,
  OutputError,
  parseReleaseFile,
  renderRelease,
  SpecError,
  type SynthesizeOptions,
  synthesize,
} from '../../charts/index.js';
import { directory } from './directory.js';

const specOf = (name: string, environments?: object) => ({
  name,
  image: { repository: name },
  colors: { blue: { version: 'v1' }, green: { version: 'v1' } },
  ...(environments && { environments }),
});
const TWO = { dev: { replicas: 1 }, production: { namespace: 'production', config: { data: { MODE: 'live' } } } };
const FILES = ['shop-blue.k8s.yaml', 'shop-green.k8s.yaml', 'shop-traffic.k8s.yaml'];

/** A folder with the spec of a shop, and what was synthesized from it. */
function shop(environments: object = TWO) {
  const dir = directory();
  const [spec, dist] = [join(dir.path, 'shop.yaml'), join(dir.path, 'dist')];
  const synth = (changed?: object, options?: SynthesizeOptions) => {
    if (changed) writeFileSync(spec, stringify(specOf('shop', changed)));
    return synthesize([spec], dist, options);
  };
  synth(environments);
  const files = () => readdirSync(dist, { recursive: true, encoding: 'utf8' }).sort();
  const read = (...path: string[]) => readFileSync(join(dist, ...path), 'utf8');
  return { spec, dist, synth, files, read, path: dir.path, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

test('the release is written as it is, and each environment into the folder of its name', () => {
  using dir = shop();
  const production = ['shop.k8s.yaml', ...FILES].map((name) => `production/${name}`);
  expect(dir.files()).toEqual(
    ['dev', ...FILES.map((name) => `dev/${name}`), 'production', ...production.sort(), ...FILES].sort(),
  );
  expect(dir.read('shop-blue.k8s.yaml')).toMatch(/^# .* release "shop"\. /);
  expect(dir.read('dev/shop-blue.k8s.yaml')).toMatch(
    /^# .* release "shop", environment "dev"\. [\s\S]* {2}replicas: 1\n/,
  );
  expect(dir.read('production/shop-blue.k8s.yaml')).toContain('namespace: production\n');
  expect(checkSynthesized([dir.spec], dir.dist)).toEqual([]);
});

test('one environment can be synthesized alone, and the others stay as they are', () => {
  using dir = shop();
  const written = dir.synth({ ...TWO, dev: { replicas: 3 }, production: { replicas: 3 } }, { environments: ['dev'] });
  expect(written.sort()).toEqual(FILES.map((name) => join(dir.dist, 'dev', name)));
  expect(dir.read('dev/shop-blue.k8s.yaml')).toContain('replicas: 3\n');
  expect(checkSynthesized([dir.spec], dir.dist, { environments: ['dev'] })).toEqual([]);
  expect(checkSynthesized([dir.spec], dir.dist)).toEqual(
    [...FILES.slice(0, 2).map((name) => `${name}: stale`), 'shop-traffic.k8s.yaml: stale', 'shop.k8s.yaml: extra'].map(
      (line) => join(dir.dist, 'production', line),
    ),
  );
});

test('files of an environment that is gone are deleted with their folder, those of others stay', () => {
  using dir = shop();
  writeFileSync(join(dir.dist, 'production', 'notes.txt'), 'ours');
  mkdirSync(join(dir.dist, 'charts'));
  // What another synthesis wrote into a folder here is that synthesis' own.
  synthesize([dir.spec], join(dir.dist, 'elsewhere'));
  const other = dir.read('elsewhere', 'shop-blue.k8s.yaml');
  dir.synth({});
  expect(existsSync(join(dir.dist, 'dev'))).toBe(false);
  expect(readdirSync(join(dir.dist, 'production'))).toEqual(['notes.txt']);
  expect(dir.read('elsewhere', 'shop-blue.k8s.yaml')).toBe(other);
  expect(existsSync(join(dir.dist, 'charts'))).toBe(true);
});

test('environments of other releases are kept when one release is synthesized alone', () => {
  using dir = shop();
  const blog = join(dir.path, 'blog.yaml');
  writeFileSync(blog, stringify(specOf('blog', { dev: {} })));
  synthesize([blog], dir.dist, { keepOtherReleases: true });
  expect(readdirSync(join(dir.dist, 'dev'))).toHaveLength(6);
  expect(checkSynthesized([blog, dir.spec], dir.dist)).toEqual([]);
  dir.synth(TWO, { environments: ['dev'] });
  expect(readdirSync(join(dir.dist, 'dev'))).toHaveLength(3);
});

test('a file of someone else in an environment is not overwritten, nor is one where its folder goes', () => {
  using dir = shop({});
  writeFileSync(join(dir.dist, 'dev'), 'mine');
  expect(() => dir.synth(TWO)).toThrow(`${join(dir.dist, 'dev')} is not a folder`);
  expect(() => dir.synth(TWO)).toThrow(OutputError);
  expect(existsSync(join(dir.dist, 'production'))).toBe(false);
});

test('an environment that no spec has is an error that names the nearest; a spec without it is left out', () => {
  using dir = shop();
  const only = (...environments: string[]) => dir.synth(undefined, { environments });
  expect(() => only('productoin')).toThrow(SpecError);
  expect(() => only('productoin')).toThrow(`${dir.spec}: has no environment "productoin"; did you mean "production"?`);
  expect(() => only('qa')).toThrow(`has no environment "qa"; it has dev, production`);
  expect(synthesize([dir.spec, 'charts/releases/engine-ops.yaml'], dir.dist, { environments: ['dev'] })).toHaveLength(
    3,
  );
});

test('cdk8s synth writes the same files', () => {
  using dir = shop();
  mkdirSync(join(dir.path, 'charts/releases'), { recursive: true });
  writeFileSync(join(dir.path, 'charts/releases/shop.yaml'), readFileSync(dir.spec));
  execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), resolve('charts/main.ts')], {
    cwd: dir.path,
    env: { ...process.env, NODE_OPTIONS: '', CDK8S_OUTDIR: 'out' },
  });
  const files = readdirSync(join(dir.path, 'out'), { recursive: true, encoding: 'utf8' }).sort();
  expect(files).toEqual(dir.files());
  for (const file of files.filter((name) => name.endsWith('.yaml')))
    expect(readFileSync(join(dir.path, 'out', file), 'utf8')).toBe(dir.read(file));
});

const overlays = fc.record(
  {
    namespace: fc.constantFrom('a', 'b'),
    active: fc.constantFrom('blue', 'green'),
    replicas: fc.integer({ min: 1, max: 9 }),
    labels: fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.constantFrom('1', '2')),
    env: fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.constantFrom('1', '2')),
    rollout: fc.record({ maxSurge: fc.integer({ min: 1, max: 3 }) }),
    service: fc.constant({ type: 'ClusterIP' }),
  },
  { requiredKeys: [] },
);
const bytes = (files: ReadonlyMap<string, string>) =>
  [...files].map(([name, text]) => [name, text.replace(/^#.*\n/, '')]);

test('an environment that says nothing has the bytes of the release, but for the line that says which it is', () => {
  fc.assert(
    fc.property(overlays, (base) => {
      const text = JSON.stringify({ ...specOf('shop', { dev: {} }), ...base });
      const { release, environments } = parseReleaseFile(text, 'spec.yaml');
      const dev = environments.get('dev');
      expect(bytes(dev ? renderRelease(dev, 'dev') : new Map())).toEqual(bytes(renderRelease(release)));
    }),
    { numRuns: 30 },
  );
});

test('what an environment says has the bytes of a release that says so itself', () => {
  fc.assert(
    fc.property(overlays, (overlay) => {
      const laid = parseReleaseFile(JSON.stringify(specOf('shop', { dev: overlay })), 'spec.yaml').environments.get(
        'dev',
      );
      const { release } = parseReleaseFile(JSON.stringify({ ...specOf('shop'), ...overlay }), 'spec.yaml');
      expect(laid).toEqual(release);
    }),
  );
});
