import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkSynthesized, OutputError, SpecError, synthesize } from '../../charts/index.js';
import { directory } from './directory.js';

const ENGINE_OPS = 'charts/releases/engine-ops.yaml';
const STOREFRONT = 'test/releases/storefront.yaml';
const FILES = [
  'engine-ops-blue.k8s.yaml',
  'engine-ops-green.k8s.yaml',
  'engine-ops-traffic.k8s.yaml',
  'engine-ops.k8s.yaml',
];
const contents = (dir: string) =>
  Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]));

test('dist/ holds what the specs give', () => {
  const specs = readdirSync('charts/releases').map((name) => join('charts/releases', name));
  expect(checkSynthesized(specs, 'dist')).toEqual([]);
});

test('a release is four files, in a directory that need not exist', () => {
  using dir = directory();
  const out = join(dir.path, 'a/b');
  expect(synthesize([ENGINE_OPS], out).sort()).toEqual(FILES.map((name) => join(out, name)));
  expect(readdirSync(out)).toEqual(FILES);
});

test('files of a release that is gone are deleted, those of others stay', () => {
  using dir = directory({ 'other.k8s.yaml': 'kind: ConfigMap\n', 'README.md': '# Ours\n' });
  synthesize([ENGINE_OPS, STOREFRONT], dir.path);
  expect(readdirSync(dir.path)).toHaveLength(10);
  synthesize([ENGINE_OPS], dir.path);
  expect(readdirSync(dir.path).sort()).toEqual(['README.md', ...FILES, 'other.k8s.yaml']);
});

test('one release of several can be synthesized alone', () => {
  using dir = directory();
  synthesize([ENGINE_OPS, STOREFRONT], dir.path);
  renameSync(join(dir.path, 'engine-ops-blue.k8s.yaml'), join(dir.path, 'engine-ops-red.k8s.yaml'));
  synthesize([ENGINE_OPS], dir.path, { keepOtherReleases: true });
  expect(checkSynthesized([ENGINE_OPS, STOREFRONT], dir.path)).toEqual([]);
  expect(checkSynthesized([ENGINE_OPS], dir.path, { keepOtherReleases: true })).toEqual([]);
  expect(checkSynthesized([ENGINE_OPS], dir.path)).toHaveLength(4);
});

test('a file of someone else is not overwritten, and nothing else is written', () => {
  using dir = directory({ 'engine-ops-green.k8s.yaml': 'kind: Deployment\n' });
  expect(() => synthesize([ENGINE_OPS], dir.path)).toThrow(OutputError);
  expect(contents(dir.path)).toEqual({ 'engine-ops-green.k8s.yaml': 'kind: Deployment\n' });
});

test('a file that cannot be written is named with what the system says, and nothing is left beside it', () => {
  using dir = directory();
  mkdirSync(join(dir.path, 'engine-ops-blue.k8s.yaml'));
  const path = join(dir.path, 'engine-ops-blue.k8s.yaml');
  expect(() => synthesize([ENGINE_OPS], dir.path)).toThrow(
    `${path} cannot be written: EISDIR: illegal operation on a directory`,
  );
  expect(readdirSync(dir.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a file of another release is not overwritten when that is to be kept', () => {
  using dir = directory();
  const [file = ''] = synthesize([ENGINE_OPS], dir.path);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"engine-ops"', '"engine"'));
  expect(() => synthesize([ENGINE_OPS], dir.path, { keepOtherReleases: true })).toThrow(
    `is also made by release "engine" of ${file}`,
  );
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^ {2}name: .*$/gm, '$&\n  namespace: elsewhere'));
  expect(() => synthesize([ENGINE_OPS], dir.path, { keepOtherReleases: true })).toThrow('belongs to release "engine"');
});

test('a check says which files are missing, stale and extra, and writes nothing', () => {
  using dir = directory();
  synthesize([ENGINE_OPS, STOREFRONT], dir.path);
  rmSync(join(dir.path, 'engine-ops-blue.k8s.yaml'));
  writeFileSync(join(dir.path, 'engine-ops.k8s.yaml'), 'kind: ConfigMap\n');
  const before = contents(dir.path);
  expect(checkSynthesized([ENGINE_OPS], dir.path)).toEqual(
    [
      'engine-ops.k8s.yaml: stale',
      'engine-ops-blue.k8s.yaml: missing',
      'storefront-blue.k8s.yaml: extra',
      'storefront-green.k8s.yaml: extra',
      'storefront-traffic.k8s.yaml: extra',
      'storefront.k8s.yaml: extra',
    ].map((line) => join(dir.path, line)),
  );
  expect(contents(dir.path)).toEqual(before);
});

test('a check of a directory that does not exist finds every file missing', () => {
  expect(checkSynthesized([ENGINE_OPS], '/nonexistent')).toHaveLength(4);
});

test('nothing is written unless every spec is valid, and the issues of all are told', () => {
  using dir = directory({ 'a.yaml': 'name: a\n', 'b.yaml': 'name: b\n' });
  const [a, b, out] = ['a.yaml', 'b.yaml', 'out'].map((name) => join(dir.path, name)) as [string, string, string];
  mkdirSync(out);
  expect(() => synthesize([a, ENGINE_OPS, b], out)).toThrow(
    [a, b]
      .flatMap((file) => ['image', 'colors'].map((key) => `${file}:1:1: ${key}: is required: expected a mapping`))
      .join('\n'),
  );
  expect(readdirSync(out)).toEqual([]);
});

test.each([
  ['of the same name', 'shop', 'shop'],
  ['whose files would mix', 'shop', 'shop-blue'],
])('two releases %s are refused', (_, first, second) => {
  const spec = (name: string) =>
    JSON.stringify({
      name,
      image: { repository: 'a' },
      config: { data: { A: 'b' } },
      colors: { blue: { version: 'v1' }, green: { version: 'v1' } },
    });
  using dir = directory({ 'a.yaml': spec(first), 'b.yaml': spec(second) });
  const paths = [join(dir.path, 'a.yaml'), join(dir.path, 'b.yaml')];
  expect(() => checkSynthesized(paths, dir.path)).toThrow(SpecError);
  expect(() => checkSynthesized(paths, dir.path)).toThrow(`${paths[0]} gives `);
});

test('the same bytes come from another directory, day, time zone, locale and cdk8s setting', () => {
  using dir = directory();
  const out = (name: string) => join(dir.path, name);
  synthesize([ENGINE_OPS], out('here'));
  const fake = `data:text/javascript,${encodeURIComponent('Date.now = () => 4e12; Math.random = () => 0.5;')}`;
  execFileSync(process.execPath, ['--import', 'tsx', '--import', fake, 'charts/main.ts'], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      CDK8S_OUTDIR: out('there'),
      CDK8S_DISABLE_SORT: '1',
      CDK8S_RECORD_CONSTRUCT_METADATA: 'true',
      TZ: 'Pacific/Kiritimati',
      LC_ALL: 'tr_TR.UTF-8',
    },
  });
  expect(contents(out('there'))).toEqual(contents(out('here')));
  expect(contents(out('here'))).toEqual(contents('dist'));
});

test('a file that is as it should be is not written again', () => {
  using dir = directory();
  const [file = ''] = synthesize([ENGINE_OPS], dir.path);
  execFileSync('touch', ['-d', '2001-01-01T00:00:00Z', file]);
  const modified = () => execFileSync('stat', ['-c', '%Y', file], { encoding: 'utf8' });
  const before = modified();
  synthesize([ENGINE_OPS], dir.path);
  expect(modified()).toBe(before);
});
