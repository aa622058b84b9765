import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../plugin/core/errors.js';
import { readManifests } from '../../../plugin/manifests/files.js';
import { folderOf } from '../temporary.js';

const object = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
const names = (paths: readonly string[]) => readManifests(paths).map(({ metadata }) => metadata.name);

describe('readManifests', () => {
  test('reads the manifests of a folder in the order of their names, and nothing else in it', () => {
    const folder = folderOf({
      'b.yml': object('b'),
      'a.k8s.yaml': object('a'),
      'c.json': '{"apiVersion":"v1","kind":"X","metadata":{"name":"c"}}',
      'README.md': '# no',
    });
    expect(names([folder])).toEqual(['a', 'b', 'c']);
  });

  test('reads several paths, files and folders', () => {
    const folder = folderOf({ 'a.yaml': object('a'), 'b.yaml': object('b') });
    expect(names([join(folder, 'b.yaml'), folder])).toEqual(['b', 'a', 'b']);
  });

  test('reads every document of a file and passes over empty ones', () => {
    const folder = folderOf({ 'a.yaml': `---\n${object('a')}---\n# nothing\n---\n${object('b')}---\n` });
    expect(names([folder])).toEqual(['a', 'b']);
  });

  test('passes over a file of nothing but comments', () => {
    expect(names([folderOf({ 'a.yaml': '# later\n', 'b.yaml': object('b') })])).toEqual(['b']);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['YAML that does not parse, with its line', { 'a.yaml': 'kind: [\n' }, /a\.yaml:2:1: invalid YAML/],
    [
      'a key that is there twice',
      { 'a.yaml': `${object('a')}kind: Secret\n` },
      /a\.yaml:4:1: key "kind" is given twice/,
    ],
    ['a list', { 'a.yaml': '- 1\n' }, /a\.yaml:1:1: not a Kubernetes object/],
    ['a text', { 'a.yaml': 'hello\n' }, /a\.yaml:1:1: not a Kubernetes object/],
    ['an object without a kind', { 'a.yaml': 'apiVersion: v1\nmetadata: {name: a}\n' }, /not a Kubernetes object/],
    [
      'an object without a name',
      { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n' },
      /not a Kubernetes object/,
    ],
    [
      'an object whose metadata is null',
      { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n' },
      /not a Kubernetes object/,
    ],
    ['an alias, which can blow a file up', { 'a.yaml': `${object('a')}data: &x {k: v}\nmore: *x\n` }, /a\.yaml/],
    ['a key of another type', { 'a.yaml': `${object('a')}1: x\n1: y\n` }, /a\.yaml:5:1: key 1 is given twice/],
    ['nesting without end', { 'a.yaml': '['.repeat(20_000) }, /a\.yaml:1:\d+: is nested too deeply/],
    ['more tokens than a release can have', { 'a.yaml': '- 1\n'.repeat(100_000) }, /a\.yaml is too large/],
    [
      'labels that are no texts, with their place',
      { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {app: [shop]}\n' },
      /a\.yaml:5:17: metadata\.labels\.app: expected text, got a list/,
    ],
    [
      'a Deployment without containers',
      { 'a.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: }}\n' },
      /spec\.template\.spec: expected a mapping, got nothing/,
    ],
    ['a file past 4 MiB', { 'a.yaml': `${object('a')}# ${'x'.repeat(4 * 1024 * 1024)}\n` }, /a\.yaml is too large/],
    ['a folder without manifests', { 'README.md': '' }, /holds no \.yaml, \.yml or \.json file/],
  ])('refuses %s', (_, files, message) => {
    const read = () => readManifests([folderOf(files)]);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });

  test('refuses a link out of the folder, and follows one within it', () => {
    const folder = folderOf({ 'a.yaml': object('a') });
    symlinkSync('a.yaml', join(folder, 'b.yaml'));
    expect(names([folder])).toEqual(['a', 'a']);
    symlinkSync(join(folderOf({ 'c.yaml': object('c') }), 'c.yaml'), join(folder, 'c.yaml'));
    expect(() => readManifests([folder])).toThrow(/c\.yaml is a symbolic link out of the folder, to /);
    expect(names([join(folder, 'c.yaml')])).toEqual(['c']);
  });

  test.each<[string, (path: string) => void]>([
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['a named pipe that nobody writes', (path) => execFileSync('mkfifo', [path])],
    ['a device without end', (path) => symlinkSync('/dev/zero', path)],
  ])('refuses %s', (_, make) => {
    const path = join(folderOf({}), 'a.yaml');
    make(path);
    expect(() => readManifests([path])).toThrow(UsageError);
  });

  test('refuses a path that does not exist', () => {
    const path = join(folderOf({}), 'dist');
    expect(() => readManifests([path])).toThrow(`the path "${path}" does not exist`);
  });
});
