import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareVersions, relationOf } from '../../../../plugin/plan/advice/relation.js';

describe('what one version is to another', () => {
  test.each([
    ['v0.2.0', 'v0.1.0', 'an older version'],
    ['v0.2.0', 'v0.10.0', 'a newer version'],
    ['1.2.3', 'v1.2.3', 'the same version'],
    ['v1.0.0', 'v1.0.0-rc.1', 'an older version'],
    ['v1.0.0-rc.2', 'v1.0.0-rc.10', 'a newer version'],
    ['v1.0.0-rc', 'v1.0.0-rc.1', 'a newer version'],
    ['v1.0.0-1', 'v1.0.0-alpha', 'a newer version'],
    ['v1.0.0-20261128101500', 'v1.0.0-20261128101459', 'an older version'],
    ['main-4f2c1aa', 'main-4f2c1aa', 'the same version'],
  ])('%s, then %s: %s', (from, to, relation) => {
    expect(relationOf(from, to)).toBe(relation);
  });

  test.each([
    ['v2', 'v1'],
    ['20261128', '20261127'],
    ['4f2c1aa', 'v0.1.0'],
    ['latest', ''],
    ['v1.02.0', 'v1.1.0'],
  ])('is not guessed of tags without an order: %s, then %s', (from, to) => {
    expect(relationOf(from, to)).toBe('another version');
  });

  test('is the opposite the other way round', () => {
    const part = fc.oneof(fc.nat(20).map(String), fc.constantFrom('rc', 'alpha', 'x-1'));
    const version = fc
      .tuple(fc.nat(20), fc.nat(20), fc.nat(20), fc.array(part, { maxLength: 3 }))
      .map(([a, b, c, more]) => `v${a}.${b}.${c}${more.length > 0 ? `-${more.join('.')}` : ''}`);
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(Math.sign(compareVersions(a, b) ?? Number.NaN) + Math.sign(compareVersions(b, a) ?? Number.NaN)).toBe(0);
        expect(compareVersions(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
