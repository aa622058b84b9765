import { describe, expect, test } from '@jest/globals';
import { POLICY_ANNOTATION } from '../../../charts/names.js';
import { UsageError } from '../../../plugin/core/errors.js';
import { withAnnotation } from '../../../plugin/plan/annotations.js';
import {
  mutableTagWarning,
  parseImage,
  releaseContainer,
  targetImage,
  validVersion,
  versionOf,
  withImage,
} from '../../../plugin/plan/image.js';
import { deployment } from '../cluster-objects.js';

const HEX = '0123456789abcdef'.repeat(4);
const DIGEST = `sha256:${HEX}`;

describe('parseImage', () => {
  test.each([
    ['shop', { repository: 'shop' }],
    ['shop:v1', { repository: 'shop', tag: 'v1' }],
    ['shop:1.10', { repository: 'shop', tag: '1.10' }],
    ['team/shop_api.v2--x:v1', { repository: 'team/shop_api.v2--x', tag: 'v1' }],
    ['registry.example:5000/shop', { repository: 'registry.example:5000/shop' }],
    ['registry.example:5000/shop:v1', { repository: 'registry.example:5000/shop', tag: 'v1' }],
    ['localhost:5000/team/shop:v1', { repository: 'localhost:5000/team/shop', tag: 'v1' }],
    [`shop@${DIGEST}`, { repository: 'shop', digest: DIGEST }],
    [`registry.example:5000/shop@${DIGEST}`, { repository: 'registry.example:5000/shop', digest: DIGEST }],
    [`shop:v1@${DIGEST}`, { repository: 'shop', tag: 'v1', digest: DIGEST }],
  ])('%s', (reference, image) => {
    expect(parseImage(reference)).toEqual(image);
  });

  test.each([
    ['', 'nothing'],
    ['Shop', 'an upper case repository'],
    ['shop:', 'an empty tag'],
    ['shop:v1:v2', 'two tags'],
    ['shop:-v1', 'a tag that starts with "-"'],
    ['shop: v1', 'a space'],
    [`shop:${'v'.repeat(129)}`, 'a tag of 129 characters'],
    ['shop@sha256:abc', 'a digest that is too short'],
    [`shop@sha256:${HEX.toUpperCase()}`, 'a digest in upper case'],
    [`shop@md5:${HEX}`, 'another algorithm'],
    ['shop@', 'an empty digest'],
    [':v1', 'no repository'],
    ['https://registry.example/shop:v1', 'a URL'],
    ['shop/:v1', 'a trailing slash'],
    ['shop;reboot', 'a shell metacharacter'],
  ])('refuses %j: %s', (reference) => {
    expect(() => parseImage(reference)).toThrow(UsageError);
  });

  test('says what it saw and what it wants', () => {
    expect(() => parseImage('Shop')).toThrow('invalid image "Shop": want REPOSITORY[:TAG][@sha256:DIGEST]');
  });
});

describe('validVersion', () => {
  test.each(['v1', '1.10', '_x', 'V1.0-rc.1', 'a'.repeat(128)])('takes %s', (version) => {
    expect(validVersion(version)).toBe(version);
  });

  test.each(['', '.x', '-x', 'v 1', 'v1/x', 'v1@x', 'v1\n', 'a'.repeat(129)])('refuses %j', (version) => {
    expect(() => validVersion(version)).toThrow(UsageError);
  });
});

describe('versionOf', () => {
  test.each([
    ['registry.example:5000/shop:v1', 'v1'],
    ['registry.example:5000/shop', 'latest'],
    ['shop', 'latest'],
    [`shop:v1@${DIGEST}`, 'v1'],
    [`shop@${DIGEST}`, 'sha256:0123456789ab'],
    [`registry.example:5000/shop@${DIGEST}`, 'sha256:0123456789ab'],
    [undefined, ''],
    ['', ''],
  ])('of %s is %s', (image, version) => {
    expect(versionOf(image)).toBe(version);
  });
});

describe('targetImage', () => {
  test.each([
    ['what runs, without a target', 'shop:v1', {}, 'shop:v1'],
    [
      'another tag of the same repository',
      'registry.example:5000/shop:v1',
      { version: 'v2' },
      'registry.example:5000/shop:v2',
    ],
    ['a tag in place of a digest', `shop@${DIGEST}`, { version: 'v2' }, 'shop:v2'],
    ['the image asked for, as it is', 'shop:v1', { image: `other@${DIGEST}` }, `other@${DIGEST}`],
    ['the image asked for, where nothing runs', undefined, { image: 'shop:v2' }, 'shop:v2'],
  ])('is %s', (_, current, target, wanted) => {
    expect(targetImage(current, target)).toBe(wanted);
  });

  test.each([
    ['that runs pinned stays pinned', 'v2', `shop:v2@${DIGEST}`, `shop:v2@${DIGEST}`],
    ['is not pinned by what another version runs', 'v3', `shop:v2@${DIGEST}`, 'shop:v3'],
    ['is not pinned by what a version of a longer name runs', 'v2', `shop:v2.1@${DIGEST}`, 'shop:v2'],
    ['is not pinned by an image of another repository', 'v2', `other/shop:v2@${DIGEST}`, 'shop:v2'],
  ])('for a version %s', (_, version, running, wanted) => {
    expect(targetImage('shop:v1', { version }, running)).toBe(wanted);
  });

  test('is without a digest where the image asked for has none', () => {
    expect(targetImage(`shop:v2@${DIGEST}`, { image: 'shop:v2' })).toBe('shop:v2');
  });
});

describe('mutableTagWarning', () => {
  test.each(['shop:latest', 'shop', 'registry.example:5000/shop', 'shop:blue', 'team/shop:green'])('%s', (image) => {
    expect(mutableTagWarning(image)).toEqual([expect.stringContaining(`image "${image}" is not pinned`)]);
  });

  test.each(['shop:v1', 'shop:greenish', `shop:latest@${DIGEST}`, `shop@${DIGEST}`, undefined])('not %s', (image) => {
    expect(mutableTagWarning(image)).toEqual([]);
  });
});

describe('the release container', () => {
  const containers = [
    { name: 'proxy', image: 'proxy:v1' },
    { name: 'shop', image: 'shop:v1' },
  ];
  const two = deployment('green', 'v1', { template: { spec: { containers } } });

  test.each([
    ['the one that the policy names', 'shop', 'shop'],
    ['the first, where the policy names another', 'gone', 'proxy'],
    ['the first, where there is no policy', undefined, 'proxy'],
  ])('is %s', (_, name, wanted) => {
    const policy = name && JSON.stringify({ container: name });
    expect(releaseContainer(policy ? withAnnotation(two, POLICY_ANNOTATION, policy) : two)?.name).toBe(wanted);
  });

  test('alone gets the new image, in a copy', () => {
    const changed = withImage(two, 'shop', 'shop:v2');
    expect(changed.spec.template.spec.containers.map((one) => one.image)).toEqual(['proxy:v1', 'shop:v2']);
    expect(two.spec.template.spec.containers[1]?.image).toBe('shop:v1');
  });
});
