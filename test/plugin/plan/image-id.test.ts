import { describe, expect, test } from '@jest/globals';
import type { Pod } from '../../../plugin/core/kubernetes.js';
import { describeDifference, differentImages, imageIdOf, unpinnedImage } from '../../../plugin/plan/image-id.js';
import { podOf } from '../images.js';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const shop = (image: string) => ({ name: 'shop', image });
const compare = (...pods: Pod[]) => differentImages(pods, 'shop');

describe('imageIdOf', () => {
  test.each([
    ['a digest', `r.example/shop@${A}`, `r.example/shop@${A}`],
    ['the image ID of an archive', A, A],
    ["Docker's adapter", `docker-pullable://r.example/shop@${A}`, `r.example/shop@${A}`],
    ['nothing yet', '', undefined],
  ])('reads %s', (_, imageID, wanted) => {
    expect(imageIdOf(podOf('p', 'shop:v1', imageID), 'shop')).toBe(wanted);
  });

  test('is of the container that is asked for', () => {
    expect(imageIdOf(podOf('p', 'shop:v1', A), 'proxy')).toBeUndefined();
  });
});

describe('differentImages', () => {
  test.each([
    ['what was pulled', `r/shop@${A}`, `r/shop@${B}`],
    ['what was imported from archives', A, B],
  ])('finds two Pods that run different images under one tag: %s', (_, one, other) => {
    const found = compare(
      podOf('p1', 'r/shop:v1', one),
      podOf('p2', 'r/shop:v1', one),
      podOf('p3', 'r/shop:v1', other),
    );
    expect(found && describeDifference(found)).toBe(
      `the Pods run different images under the name "r/shop:v1": pod "p2" runs ${one}, pod "p3" runs ${other}`,
    );
  });

  test.each([
    ['the same image', podOf('p1', 'r/shop:v1', `r/shop@${A}`), podOf('p2', 'r/shop:v1', `r/shop@${A}`)],
    ['an image ID beside a digest', podOf('p1', 'r/shop:v1', `r/shop@${A}`), podOf('p2', 'r/shop:v1', B)],
    [
      'two names, of which either may be that of the same image',
      podOf('p1', 'r/shop:v1', `r/shop@${A}`),
      podOf('p2', 'r/shop:v1', `mirror/shop@${B}`),
    ],
    [
      'an image that is pinned, of which a node may know another digest as well',
      podOf('p1', `r/shop:v1@${A}`, `r/shop@${A}`),
      podOf('p2', `r/shop:v1@${A}`, `r/shop@${B}`),
    ],
    ['an image that is not told yet', podOf('p1', 'r/shop:v1', `r/shop@${A}`), podOf('p2', 'r/shop:v1', '')],
  ])('finds nothing wrong with %s', (_, one, other) => {
    expect(compare(one, other)).toBeUndefined();
  });

  test('compares only Pods of one group', () => {
    const pods = [podOf('p1', 'r/shop:v1', A, 'arm'), podOf('p2', 'r/shop:v1', B, 'intel')];
    expect(differentImages(pods, 'shop', ({ spec }) => spec.nodeName ?? '')).toBeUndefined();
    expect(differentImages(pods, 'shop')).toBeDefined();
  });
});

describe('unpinnedImage', () => {
  test.each([
    ['runs it', `r/shop:v1@${A}`, `r/shop@${A}`],
    ['was made with it, whatever its node calls an index or a second name', `r/shop:v1@${A}`, `r/shop@${B}`],
    ['was made with it, whose image ID its node tells', `r/shop:v1@${A}`, B],
    ['was made with it from a mirror', `mirror/shop@${A}`, `mirror/shop@${B}`],
    ['was made without it and runs it', 'r/shop:v1', `r/shop@${A}`],
  ])('has nothing to say of a Pod that %s', (_, image, imageID) => {
    expect(unpinnedImage(podOf('p', image, imageID), shop(`r/shop:v1@${A}`))).toBeUndefined();
  });

  test('names a Pod that was made with another image and runs another', () => {
    expect(unpinnedImage(podOf('p', 'r/shop:v1', `r/shop@${B}`), shop(`r/shop:v1@${A}`))).toMatch(
      `pod "p" runs image "r/shop@${B}" under the name "r/shop:v1", want the digest of "r/shop:v1@${A}"`,
    );
  });

  test('has nothing to say where nothing is pinned', () => {
    expect(unpinnedImage(podOf('p', 'r/shop:v1', B), shop('r/shop:v1'))).toBeUndefined();
  });
});
