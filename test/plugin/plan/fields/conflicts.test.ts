import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { KubernetesObject } from '../../../../plugin/kubernetes.js';
import { conflictsOf } from '../../../../plugin/plan/fields/conflicts.js';
import { paths } from '../../../../plugin/plan/fields/paths.js';
import { removePaths } from '../../../../plugin/plan/fields/remove-paths.js';
import { difference, isEmpty } from '../../../../plugin/plan/fields/set.js';
import { statedSet } from '../../../../plugin/plan/fields/stated.js';
import { partOf, recorded } from './recorded.js';

interface Status {
  readonly details: Parameters<typeof conflictsOf>[0];
}

const CONFLICTS = conflictsOf(recorded<Status>('conflict.json').details);
const APP = '.spec.template.spec.containers[name="app"]';

describe('the conflicts of an apply', () => {
  test('are read from the API server', () => {
    expect(CONFLICTS).toHaveLength(4);
    expect(CONFLICTS).toEqual(
      expect.arrayContaining([
        { manager: 'kubectl-annotate', field: '.metadata.annotations.note' },
        { manager: 'kubectl-edit', field: `${APP}.env[name="A"].value` },
        { manager: 'kubectl-set', field: `${APP}.image` },
        { manager: 'kubectl', subresource: 'scale', field: '.spec.replicas' },
      ]),
    );
  });

  test.each([
    ['no details', undefined],
    ['another answer', { causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value', field: 'spec.replicas' }] }],
    ['causes without a field', { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "a"' }] }],
  ])('are none in %s', (_, details) => expect(conflictsOf(details)).toEqual([]));

  test('tell a manager by its quoted name', () => {
    const message = 'conflict with "a \\"b\\" c" using v1 at 2026-01-01T00:00:00Z';
    expect(conflictsOf({ causes: [{ reason: 'FieldManagerConflict', message, field: '.data.a' }] })).toEqual([
      { manager: 'a "b" c', field: '.data.a' },
    ]);
  });

  test('can be left out of the manifest', () => {
    const manifest = recorded('deployment.yaml');
    const before = JSON.stringify(manifest);
    const fields = CONFLICTS.map(({ field }) => field);
    const left = removePaths(manifest, fields);
    expect(JSON.stringify(manifest)).toBe(before);
    expect(paths(difference(statedSet(manifest), statedSet(left))).sort()).toEqual([...fields].sort());
  });
});

// An item cannot be stated without its keys.
const KEYS = /\.(name|containerPort|protocol|port|mountPath|topologyKey|whenUnsatisfiable)$/;

describe('removePaths', () => {
  test('takes out any fields by what is printed of them', () => {
    const manifest = recorded('deployment.yaml');
    const all = statedSet(manifest);
    fc.assert(
      fc.property(partOf(all), (set) => {
        const left = statedSet(removePaths(manifest, paths(set)));
        expect(isEmpty(difference(left, all))).toBe(true);
        const printed = paths(set);
        expect(paths(left).filter((path) => printed.includes(path) && !KEYS.test(path))).toEqual([]);
        const isMeant = (path: string) => printed.some((one) => path.startsWith(one));
        expect(paths(difference(all, left)).filter((path) => !isMeant(path))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  const object = (fields: object) =>
    ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, ...fields }) as KubernetesObject;

  test.each([
    [
      'names with dots',
      { metadata: { name: 'a', labels: { app: '1', 'app.kubernetes.io/name': '2' } } },
      '.metadata.labels.app.kubernetes.io/name',
      { metadata: { name: 'a', labels: { app: '1' } } },
    ],
    [
      'the shorter of two names',
      { metadata: { name: 'a', labels: { app: '1', 'app.kubernetes.io/name': '2' } } },
      '.metadata.labels.app',
      { metadata: { name: 'a', labels: { 'app.kubernetes.io/name': '2' } } },
    ],
    [
      'an item whose key is stated by default alone',
      {
        spec: {
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 80, protocol: 'UDP' },
          ],
        },
      },
      '.spec.ports[port=80,protocol="TCP"].name',
      { spec: { ports: [{ port: 80 }, { name: 'b', port: 80, protocol: 'UDP' }] } },
    ],
    [
      'a whole item',
      { spec: { ports: [{ port: 80 }, { port: 81 }] } },
      '.spec.ports[port=80,protocol="TCP"]',
      { spec: { ports: [{ port: 81 }] } },
    ],
    [
      'an item of a set',
      { metadata: { name: 'a', finalizers: ['x/y', 'z'] } },
      '.metadata.finalizers[="x/y"]',
      { metadata: { name: 'a', finalizers: ['z'] } },
    ],
    [
      'no key of an item that stays',
      { spec: { ports: [{ name: 'a', port: 80 }] } },
      '.spec.ports[port=80,protocol="TCP"].port',
      { spec: { ports: [{ name: 'a', port: 80 }] } },
    ],
    ['an item by its place', { spec: { list: ['a', 'b'] } }, '.spec.list[1]', { spec: { list: ['a'] } }],
    ['brackets in a key', { spec: { ports: [{ port: 'a]"b' }] } }, '.spec.ports[port="a]\\"b"]', {}],
    ['nothing that is not there', { spec: { type: 'x' } }, '.spec.typed', { spec: { type: 'x' } }],
    ['a map with its last field', { spec: { a: { b: 1 } } }, '.spec.a.b', {}],
  ])('%s', (_, fields, path, wanted) => expect(removePaths(object(fields), [path])).toEqual(object(wanted)));
});
