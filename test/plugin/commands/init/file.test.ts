import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findSchema, requireAbsent, writeFile } from '../../../../plugin/commands/init/file.js';
import { RefusedError } from '../../../../plugin/core/errors.js';
import { failure } from '../../failure.js';
import { folderOf, temporaryFolder } from '../../temporary.js';

describe('writeFile', () => {
  test('makes the folders that lead there, and leaves nothing else', () => {
    const folder = temporaryFolder();
    writeFile(join(folder, 'charts/releases/shop.yaml'), 'name: shop\n', false);
    expect(readdirSync(join(folder, 'charts/releases'))).toEqual(['shop.yaml']);
    expect(readFileSync(join(folder, 'charts/releases/shop.yaml'), 'utf8')).toBe('name: shop\n');
  });

  test('replaces a file only when it is told to', () => {
    const folder = folderOf({ 'shop.yaml': 'mine\n' });
    const file = join(folder, 'shop.yaml');
    const refused = failure(
      RefusedError,
      `${file} exists already: choose another with --spec, or replace it with --overwrite`,
    );
    expect(() => requireAbsent(file, false)).toThrow(refused);
    // As when somebody made it after it was looked for.
    expect(() => writeFile(file, 'ours\n', false)).toThrow(refused);
    expect(readFileSync(file, 'utf8')).toBe('mine\n');
    writeFile(file, 'ours\n', true);
    expect(readFileSync(file, 'utf8')).toBe('ours\n');
    expect(readdirSync(folder)).toEqual(['shop.yaml']);
  });

  test('says why it cannot', () => {
    const folder = folderOf({ file: '' });
    expect(() => writeFile(join(folder, 'file/shop.yaml'), '', false)).toThrow(RefusedError);
  });
});

describe('findSchema', () => {
  test.each([
    ['beside the folder of the specs', 'charts/release.schema.json', '../release.schema.json'],
    ['in the project', 'release.schema.json', '../../release.schema.json'],
    [
      'in the installed package',
      'node_modules/kubectl-bluegreen/charts/release.schema.json',
      '../../node_modules/kubectl-bluegreen/charts/release.schema.json',
    ],
  ])('finds the one %s', (_, schema, reference) => {
    const folder = temporaryFolder();
    writeFile(join(folder, schema), '{}\n', false);
    expect(findSchema(join(folder, 'charts/releases/shop.yaml'))).toMatchObject({ exists: true, reference });
  });

  test.each([
    ['charts/releases/shop.yaml', '../release.schema.json'],
    ['shop.yaml', './release.schema.json'],
  ])('has a place for the one that %s needs', (spec, reference) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.git'));
    expect(findSchema(join(folder, spec))).toMatchObject({ exists: false, reference });
  });
});
