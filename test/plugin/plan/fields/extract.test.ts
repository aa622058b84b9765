import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import { extract } from '../../../../plugin/plan/fields/extract.js';
import { appliedBy, ownedBy } from '../../../../plugin/plan/fields/owned.js';
import { paths } from '../../../../plugin/plan/fields/paths.js';
import { remove } from '../../../../plugin/plan/fields/remove.js';
import { difference, type FieldSet, intersection, isEmpty, union } from '../../../../plugin/plan/fields/set.js';
import { statedSet } from '../../server/stated-set.js';
import { LIVE, leavesOf, partOf, recorded } from './recorded.js';

const notServers = (live: KubernetesObject) => ownedBy(live, ({ subresource }) => !subresource);

describe('what a manager applied, read from the live object', () => {
  test.each([
    ['deployment-applied.yaml', 'deployment.yaml'],
    ['service-applied.yaml', 'service.yaml'],
  ])('%s gives back %s', (live, manifest) => {
    const applied = recorded(live);
    const wanted = recorded(manifest);
    wanted.metadata.namespace = applied.metadata.namespace ?? '';
    expect(extract(applied, appliedBy(applied, 'bluegreen'))).toMatchObject(wanted);
  });

  test.each(LIVE)('%s: applying it again states what was owned, and nothing else', (file) => {
    const live = recorded(file);
    const owned = appliedBy(live, 'bluegreen');
    expect(statedSet(extract(live, owned))).toEqual(owned);
  });

  test.each([
    ['deployment.yaml', 'deployment-applied.yaml'],
    ['service.yaml', 'service-applied.yaml'],
  ])('%s states what the API server noted for it', (manifest, live) => {
    expect(statedSet(recorded(manifest))).toEqual(appliedBy(recorded(live), 'bluegreen'));
  });
});

describe('any part of a live object', () => {
  const parts = LIVE.map((file): [string, KubernetesObject] => [file, recorded(file)]);
  // An item of a list comes with its keys.
  const keys = /(\]|\.(name|containerPort|protocol|port|mountPath|topologyKey|whenUnsatisfiable))$/;

  test.each(parts)('%s: is named by its set', (_, live) => {
    fc.assert(
      fc.property(partOf(notServers(live)), (set) => {
        const found = statedSet(extract(live, set));
        const values = leavesOf(statedSet(live));
        expect(paths(difference(intersection(set, values), found))).toEqual([]);
        const more = difference(intersection(found, values), set);
        expect(paths(more).filter((path) => !keys.test(path))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test.each(parts)('%s: taken out, what was asked for is gone and all else is left', (_, live) => {
    const all = statedSet(live);
    fc.assert(
      fc.property(partOf(all), (set) => {
        const left = statedSet(remove(live, set));
        expect(isEmpty(difference(left, all))).toBe(true);
        const lost = difference(all, left);
        // An item that stays keeps its keys; one that is named goes when only its keys are left.
        expect(paths(difference(lost, set)).filter((path) => !keys.test(path))).toEqual([]);
        expect(paths(intersection(left, set)).filter((path) => !keys.test(path))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test.each(parts)('%s: both halves together are the object', (_, live) => {
    const all = statedSet(live);
    fc.assert(
      fc.property(partOf(all), (set) => {
        const halves = union(statedSet(extract(live, set)), statedSet(extract(live, difference(all, set))));
        expect(halves).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });
});

describe('fields of which there are several kinds', () => {
  const service = (spec: object, metadata: object = {}) =>
    ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'app', ...metadata }, spec }) as KubernetesObject;

  test.each<[string, object, FieldSet, object | undefined]>([
    [
      'a selector is one value',
      { selector: { a: '1', b: '2' } },
      { 'f:selector': {} },
      { selector: { a: '1', b: '2' } },
    ],
    [
      'a port is found by its keys and keeps them',
      {
        ports: [
          { name: 'a', port: 80, protocol: 'TCP' },
          { name: 'b', port: 81, protocol: 'UDP', targetPort: 1 },
        ],
      },
      { 'f:ports': { 'k:{"port":81,"protocol":"UDP"}': { 'f:targetPort': {} } } },
      { ports: [{ port: 81, protocol: 'UDP', targetPort: 1 }] },
    ],
    [
      'a key that is the default is not stated anew',
      { ports: [{ name: 'a', port: 80, protocol: 'TCP' }] },
      { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {} } } },
      { ports: [{ name: 'a', port: 80 }] },
    ],
    [
      'the order is that of the object',
      { ports: [{ port: 2 }, { port: 1 }] },
      {
        'f:ports': { 'k:{"port":1,"protocol":"TCP"}': {}, 'k:{"port":2,"protocol":"TCP"}': {} },
      },
      { ports: [{ port: 2 }, { port: 1 }] },
    ],
    [
      'what is gone is left out',
      { type: 'ClusterIP' },
      { 'f:selector': {}, 'f:ports': { 'k:{"port":1,"protocol":"TCP"}': {} } },
      undefined,
    ],
    [
      'a map without its fields is empty',
      { sessionAffinityConfig: { clientIP: {} } },
      { 'f:sessionAffinityConfig': {} },
      { sessionAffinityConfig: {} },
    ],
  ])('%s', (_, spec, set, wanted) => {
    expect(extract(service(spec), { 'f:spec': set })).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'app' },
      ...(wanted && { spec: wanted }),
    });
  });

  test('a kind that is not in the table: lists by the keys that the set names, all else whole', () => {
    const object = {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w', namespace: 'n', labels: { a: '1', b: '2' } },
      spec: { whole: { a: { b: 1 } }, list: [{ id: 1, x: 1, y: 1 }, { id: 2 }], set: ['a', 'b'] },
    };
    const set = {
      'f:metadata': { 'f:labels': { 'f:a': {} } },
      'f:spec': { 'f:whole': {}, 'f:list': { 'k:{"id":1}': { 'f:x': {} } }, 'f:set': { 'v:"b"': {} } },
    };
    expect(extract(object, set)).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w', namespace: 'n', labels: { a: '1' } },
      spec: { whole: { a: { b: 1 } }, list: [{ id: 1, x: 1 }], set: ['b'] },
    });
    expect(remove(object, set)).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w', namespace: 'n', labels: { b: '2' } },
      spec: { list: [{ id: 1, y: 1 }, { id: 2 }], set: ['a'] },
    });
  });
});

describe('what is left when fields are given up', () => {
  const labelled = (labels?: object) =>
    ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', ...(labels && { labels }) } }) as KubernetesObject;
  const set = (inside: FieldSet) => ({ 'f:metadata': { 'f:labels': inside } });

  test.each<[string, object, FieldSet, object | undefined]>([
    ['the labels of others', { a: '1', b: '2' }, { 'f:a': {} }, { b: '2' }],
    ['the labels of others, where the map itself is named', { a: '1', b: '2' }, { '.': {}, 'f:a': {} }, { b: '2' }],
    ['nothing, when the last label goes', { a: '1' }, { 'f:a': {} }, undefined],
    ['nothing of an empty map', {}, {}, undefined],
    ['all, where only the map itself is named', { a: '1' }, {}, { a: '1' }],
  ])('%s', (_, labels, inside, wanted) => {
    expect(remove(labelled(labels), set(inside))).toEqual(labelled(wanted));
  });
});
