import { describe, expect, test } from '@jest/globals';
import type { Color } from '../../../../charts/names.js';
import { compareWithRevision } from '../../../../plugin/commands/diff/revision.js';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import { configMap, manifestDeployment, manifestObjects } from '../../manifests.js';

const base = { source: 'dist', revision: 'origin/main', commit: 'a'.repeat(40), release: undefined };
const diff = (before: readonly KubernetesObject[], after: readonly KubernetesObject[], release?: string) =>
  compareWithRevision({ ...base, before, after, release });
const changesOf = (before: readonly KubernetesObject[], after: readonly KubernetesObject[]) =>
  diff(before, after).changes.map(({ object, change, note }) => [object, change, note]);

/** The same release under another name. */
function renamed(objects: readonly KubernetesObject[], name: string): KubernetesObject[] {
  return JSON.parse(JSON.stringify(objects).replaceAll('shop', name)) as KubernetesObject[];
}
const promoted = (active: Color) => manifestObjects({ active });
const foreign = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' } };

describe('what a commit means', () => {
  test.each<[string, KubernetesObject[], KubernetesObject[], string[][]]>([
    ['nothing', manifestObjects(), manifestObjects().reverse(), []],
    [
      'a new version for the idle color',
      manifestObjects(),
      manifestObjects({ green: manifestDeployment('green', 'v3') }),
      [
        [
          'deployment.apps/shop-green',
          'changed',
          'image registry.example:5000/shop:v2 -> v3; green carries no traffic until it is promoted',
        ],
      ],
    ],
    [
      'a new version for the color with the traffic',
      promoted('green'),
      manifestObjects({ active: 'green', green: manifestDeployment('green', 'v3') }),
      [
        [
          'deployment.apps/shop-green',
          'changed',
          'image registry.example:5000/shop:v2 -> v3; by these manifests green has the traffic: while it has, deploy leaves it as it is',
        ],
      ],
    ],
    [
      'a promotion',
      promoted('blue'),
      promoted('green'),
      [
        [
          'service/shop-active',
          'changed',
          'selector; traffic moves from blue to green where a GitOps tool applies this, else by promote or rollback alone',
        ],
        ['service/shop-preview', 'changed', 'selector; leads to the idle color'],
      ],
    ],
    [
      'an object that is gone, and one that came',
      [...manifestObjects(), foreign],
      [
        ...manifestObjects().filter(({ kind }) => kind !== 'ConfigMap'),
        { ...configMap('x'), metadata: { ...configMap('x').metadata, name: 'shop-more' } },
      ],
      [
        ['configmap/shop-more', 'added', 'deploy creates it'],
        ['configmap/shop-config', 'removed', 'used by both colors: deploy deletes it with --apply-shared alone'],
        ['secret/token', 'removed', 'of no release: deploy leaves it out'],
      ],
    ],
  ])('%s', (_, before, after, changes) => {
    expect(changesOf(before, after)).toEqual(changes);
  });
});

describe('releases', () => {
  const [shop, blog] = [manifestObjects(), renamed(manifestObjects(), 'blog')];

  test('that come and go are told', () => {
    const { releases, changes, notes } = diff(shop, blog);
    expect(releases.map(({ release }) => release)).toEqual(['blog', 'shop']);
    expect(notes).toEqual(['release blog is new', 'release shop is gone']);
    expect(changes.map(({ release, change }) => `${release} ${change}`)).toEqual([
      ...blog.map(() => 'blog added'),
      ...shop.map(() => 'shop removed'),
    ]);
  });

  test('that were not asked for are left out', () => {
    expect(diff(shop, blog, 'blog').changes.map(({ release }) => release)).toEqual(blog.map(() => 'blog'));
    expect(diff([...shop, foreign], shop, 'shop').changes).toEqual([]);
  });

  test('that are nowhere are refused, with those that are there', () => {
    expect(() => diff(shop, blog, 'bog')).toThrow(
      'neither dist nor its state at origin/main holds release "bog": they hold: blog, shop',
    );
    expect(() => diff([], [], 'shop')).toThrow('they hold no release');
  });
});
