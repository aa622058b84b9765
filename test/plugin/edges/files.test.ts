import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readManifests } from '../../../plugin/edges/files.js';
import { UsageError } from '../../../plugin/errors.js';
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
    ['YAML that does not parse, with its line', { 'a.yaml': 'kind: [\n' }, /a\.yaml: .*line 2/s],
    ['a key that is there twice', { 'a.yaml': `${object('a')}kind: Secret\n` }, /a\.yaml: .*unique/s],
    ['a list', { 'a.yaml': '- 1\n' }, /a\.yaml: not a Kubernetes object/],
    ['a text', { 'a.yaml': 'hello\n' }, /a\.yaml: not a Kubernetes object/],
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
    ['a file past 4 MiB', { 'a.yaml': `${object('a')}# ${'x'.repeat(4 * 1024 * 1024)}\n` }, /a\.yaml is too large/],
    ['a folder without manifests', { 'README.md': '' }, /holds no \.yaml, \.yml or \.json file/],
  ])('refuses %s', (_, files, message) => {
    const read = () => readManifests([folderOf(files)]);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });

  test('refuses a path that does not exist', () => {
    const path = join(folderOf({}), 'dist');
    expect(() => readManifests([path])).toThrow(`the path "${path}" does not exist`);
  });
});
