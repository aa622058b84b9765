import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ownedBy } from '../../../../plugin/plan/fields/owned.js';
import { paths } from '../../../../plugin/plan/fields/paths.js';
import { difference, type FieldSet, intersection, isEmpty, union } from '../../../../plugin/plan/fields/set.js';
import { partOf, recorded } from './recorded.js';

const ALL = ownedBy(recorded('deployment-client-side-touched.yaml'), () => true);
const some = partOf(ALL);
const text = (all: readonly string[]) => [...new Set(all)].sort().join('\n');
const law = (check: (a: FieldSet, b: FieldSet, c: FieldSet) => void) =>
  fc.assert(fc.property(some, some, some, check), { numRuns: 60 });

describe('sets of fields are sets of paths', () => {
  test('union', () => {
    law((a, b) => expect(text(paths(union(a, b)))).toBe(text([...paths(a), ...paths(b)])));
  });

  test('difference', () => {
    law((a, b) => {
      const inB = new Set(paths(b));
      expect(text(paths(difference(a, b)))).toBe(text(paths(a).filter((path) => !inB.has(path))));
    });
  });

  test('intersection', () => {
    law((a, b) => {
      const inB = new Set(paths(b));
      expect(text(paths(intersection(a, b)))).toBe(text(paths(a).filter((path) => inB.has(path))));
    });
  });

  test('one set has one form', () => {
    law((a, b, c) => {
      expect(union(a, b)).toEqual(union(b, a));
      expect(union(union(a, b), c)).toEqual(union(a, union(b, c)));
      expect(union(difference(a, b), intersection(a, b))).toEqual(a);
      expect(union(a, {})).toEqual(a);
      expect(isEmpty(difference(a, a))).toBe(true);
    });
  });
});

describe('a field beside the fields inside of it', () => {
  const [whole, inner, both] = [
    { 'f:labels': {} },
    { 'f:labels': { 'f:a': {} } },
    { 'f:labels': { '.': {}, 'f:a': {} } },
  ];

  test.each([
    ['union', union(whole, inner), both],
    ['without the inner one', difference(both, inner), whole],
    ['without the outer one', difference(both, whole), inner],
    ['the outer one without an inner one', difference(whole, inner), whole],
    ['the inner one without the outer one', difference(inner, whole), inner],
    ['the same', difference(both, both), {}],
  ])('%s', (_, set, wanted) => expect(set).toEqual(wanted));
});

test('paths are printed as the API server prints them', () => {
  const set = {
    'f:spec': {
      'f:template': {
        'f:spec': {
          'f:containers': {
            'k:{"name":"app"}': {
              '.': {},
              'f:image': {},
              'f:ports': { 'k:{"containerPort":3000,"protocol":"TCP"}': { '.': {}, 'f:name': {} } },
            },
          },
        },
      },
    },
    'f:metadata': { 'f:labels': { 'f:app.kubernetes.io/name': {} }, 'f:finalizers': { 'v:"a"': {} } },
  };
  const app = '.spec.template.spec.containers[name="app"]';
  expect(paths(set).sort()).toEqual(
    [
      '.metadata.finalizers[="a"]',
      '.metadata.labels.app.kubernetes.io/name',
      app,
      `${app}.image`,
      `${app}.ports[containerPort=3000,protocol="TCP"]`,
      `${app}.ports[containerPort=3000,protocol="TCP"].name`,
    ].sort(),
  );
});
