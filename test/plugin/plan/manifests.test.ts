import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../plugin/core/errors.js';
import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { allObjects, contains, manifestNamespace, recreatable, sortManifests } from '../../../plugin/plan/manifests.js';
import { deployment } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { manifestObjects } from '../manifests.js';

const names = (objects: readonly KubernetesObject[]) => objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
const without = (kind: string, name: string) =>
  manifestObjects().filter((object) => object.kind !== kind || object.metadata.name !== name);

describe('sortManifests', () => {
  test('sorts a release by what may be done with its objects', () => {
    const sorted = sortManifests(manifestObjects(), 'shop', 'dist');
    expect(names(sorted.shared)).toEqual(['ConfigMap/shop-config']);
    expect(names(sorted.colors.blue)).toEqual(['Deployment/shop-blue', 'Service/shop-blue']);
    expect(names(sorted.colors.green)).toEqual(['Deployment/shop-green', 'Service/shop-green']);
    expect([sorted.active.metadata.name, sorted.preview?.metadata.name]).toEqual(['shop-active', 'shop-preview']);
    expect(names(allObjects(sorted)).sort()).toEqual(names(manifestObjects()).sort());
  });

  test('leaves other releases in the same folder alone', () => {
    const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cart-config', labels: { app: 'cart' } } };
    expect(names(allObjects(sortManifests([...manifestObjects(), other], 'shop', 'dist')))).not.toContain(
      'ConfigMap/cart-config',
    );
  });

  test('does without a preview Service', () => {
    expect(sortManifests(without('Service', 'shop-preview'), 'shop', 'dist').preview).toBeUndefined();
  });

  test.each([
    ['Deployment', 'shop-blue', 'dist lacks deployment "shop-blue": synthesize the release again'],
    ['Deployment', 'shop-green', 'dist lacks deployment "shop-green": synthesize the release again'],
    ['Service', 'shop-active', 'dist lacks service "shop-active": synthesize the release again'],
  ])('refuses a release without its %s %s', (kind, name, message) => {
    expect(() => sortManifests(without(kind, name), 'shop', 'dist')).toThrow(failure(UsageError, message));
  });

  test('says which releases there are when there is none of the name', () => {
    expect(() => sortManifests(manifestObjects(), 'shpo', 'dist')).toThrow(
      failure(UsageError, 'dist holds no object of release "shpo": it holds: shop'),
    );
  });

  test('says so when there is no release at all', () => {
    const bare = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };
    expect(() => sortManifests([bare], 'shop', 'x.yaml')).toThrow(
      'x.yaml holds no object of release "shop": it holds no release',
    );
  });
});

describe('contains', () => {
  test.each([
    ['a scalar', 1, 1],
    ['fewer fields', { a: 1, b: 2 }, { a: 1 }],
    ['fewer fields deep down', { spec: { a: { b: 1, c: 2 } } }, { spec: { a: { b: 1 } } }],
    ['an array with fewer fields in its items', [{ name: 'x', image: 'y' }], [{ name: 'x' }]],
    ['an empty object', { a: { b: 1 } }, { a: {} }],
    ['null', { a: null }, { a: null }],
    ['a probe without the delay of 0 that the server leaves out', { periodSeconds: 1 }, { initialDelaySeconds: 0 }],
    ['a variable without the empty value that it leaves out', [{ name: 'A' }], [{ name: 'A', value: '' }]],
  ])('holds for %s', (_, live, wanted) => {
    expect(contains(live, wanted)).toBe(true);
  });

  test.each([
    ['another scalar', 1, 2],
    ['a number for a string', '1', 1],
    ['a field that is absent', { a: 1 }, { b: 1 }],
    ['an object that is absent', undefined, { a: 1 }],
    ['an empty object that is absent', {}, { emptyDir: {} }],
    ['a longer array', [1, 2], [1]],
    ['a shorter array', [1], [1, 2]],
    ['another order', [1, 2], [2, 1]],
    ['an object for an array', { 0: 1, length: 1 }, [1]],
    ['null for an object', null, { a: 1 }],
    ['a delay that is absent', {}, { initialDelaySeconds: 1 }],
    ['another field of 0 that is absent', {}, { replicas: 0 }],
    ['what only a prototype has', {}, { constructor: {} }],
  ])('does not hold for %s', (_, live, wanted) => {
    expect(contains(live, wanted)).toBe(false);
  });
});

describe('recreatable', () => {
  test('drops what the server fills in for one object alone', () => {
    const live = deployment('green', 'v1');
    Object.assign(live.metadata, { managedFields: [{}], creationTimestamp: '2026-01-01T00:00:00Z' });
    const { metadata, spec, ...rest } = recreatable(live);
    expect(metadata).toEqual({ name: 'shop-green', labels: { app: 'shop', version: 'green' } });
    expect(spec).toEqual(live.spec);
    expect(rest).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment' });
  });

  test('leaves the object that was observed as it was', () => {
    const live = deployment('green', 'v1');
    const before = structuredClone(live);
    recreatable(live);
    expect(live).toEqual(before);
  });
});

describe('manifestNamespace', () => {
  const inNamespace = (namespace?: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x', ...(namespace !== undefined && { namespace }) },
  });

  test.each([
    ['the one they name', [inNamespace('store'), inNamespace('store')], 'store'],
    ['the one that only some name', [inNamespace(), inNamespace('store')], 'store'],
    ['none, when they name none', [inNamespace()], undefined],
  ])('is %s', (_, objects, namespace) => {
    expect(manifestNamespace(objects)).toBe(namespace);
  });

  test('refuses two', () => {
    expect(() => manifestNamespace([inNamespace('store'), inNamespace('other')])).toThrow(
      failure(UsageError, 'the objects are of several namespaces: store, other'),
    );
  });
});
