import { describe, expect, test } from '@jest/globals';
import { changedFields } from '../../../../plugin/commands/diff/fields.js';
import { highlights } from '../../../../plugin/commands/diff/highlights.js';

const container = (image: string, ...env: [string, string][]) => ({
  name: 'shop',
  image,
  env: env.map(([name, value]) => ({ name, value })),
});

describe('the fields that differ', () => {
  test.each([
    ['a value', { spec: { replicas: 2 } }, { spec: { replicas: 3 } }, [{ path: 'spec.replicas', from: 2, to: 3 }]],
    ['a field that is new', {}, { spec: { a: 1 } }, [{ path: 'spec', to: { a: 1 } }]],
    ['a field that is gone', { a: null, b: 1 }, { a: null }, [{ path: 'b', from: 1 }]],
    [
      'a key that is no word',
      { data: { 'a.b/c': '1' } },
      { data: { 'a.b/c': '2' } },
      [{ path: 'data["a.b/c"]', from: '1', to: '2' }],
    ],
    ['lists without names, of one length', [1, { a: 2 }], [1, { a: 3 }], [{ path: '[1].a', from: 2, to: 3 }]],
    ['lists without names, of two lengths', { l: [1] }, { l: [1, 2] }, [{ path: 'l', from: [1], to: [1, 2] }]],
    [
      'an item of a list of named ones, whatever stands before it',
      [container('i:1', ['B', '1'])],
      [container('i:2', ['A', '0'], ['B', '1'])],
      [
        { path: '[name="shop"].env[name="A"]', to: { name: 'A', value: '0' } },
        { path: '[name="shop"].image', from: 'i:1', to: 'i:2' },
      ],
    ],
    [
      'the order of named items',
      [{ name: 'a' }, { name: 'b' }],
      [{ name: 'b' }, { name: 'a' }],
      [{ path: '', from: ['a', 'b'], to: ['b', 'a'] }],
    ],
    ['nothing', { a: [1], b: { c: null } }, { b: { c: null }, a: [1] }, []],
  ])('are told of %s', (_, from, to, fields) => {
    expect(changedFields(from, to)).toEqual(fields);
  });
});

describe('what a change is in a few words', () => {
  const policy = (value: object) => JSON.stringify(value);
  const annotation = 'metadata.annotations["kubectl-bluegreen.dev/policy"]';
  const image = 'spec.template.spec.containers[name="shop"].image';

  test.each([
    ['an image of one repository', { path: image, from: 'r:5000/s:v1', to: 'r:5000/s:v2' }, 'image r:5000/s:v1 -> v2'],
    ['another repository', { path: image, from: 'a/s:v1', to: 'b/s:v1' }, 'image a/s:v1 -> b/s:v1'],
    ['an image that gets a digest', { path: image, from: 's@sha256:a', to: 's:v1' }, 'image s@sha256:a -> s:v1'],
    ['replicas', { path: 'spec.replicas', from: 0, to: 2 }, 'replicas 0 -> 2'],
    ['bounds of an autoscaler', { path: 'spec.maxReplicas', from: 4, to: 9 }, 'maxReplicas 4 -> 9'],
    [
      'a variable, without its value',
      { path: 'spec.template.spec.containers[name="shop"].env[name="TOKEN"].value', from: 's3cret', to: 'other' },
      'env TOKEN',
    ],
    ['an entry of a ConfigMap', { path: 'data["app.yaml"]', from: 'a', to: 'b' }, 'data app.yaml'],
    ['a selector', { path: 'spec.selector.version', from: 'blue', to: 'green' }, 'selector'],
    [
      'parts of the policy',
      { path: annotation, from: policy({ checks: [1], port: 1 }), to: policy({ checks: [2], port: 1 }) },
      'policy checks',
    ],
    ['a policy that is no JSON', { path: annotation, from: '{', to: policy({}) }, 'policy'],
    ['anything else', { path: 'spec.type', from: 'ClusterIP', to: 'LoadBalancer' }, 'spec.type'],
  ])('names %s', (_, field, words) => {
    expect(highlights([field])).toBe(words);
  });

  test('is bounded, and says nothing twice', () => {
    const fields = [1, 2, 3, 4, 5, 6].map((n) => ({ path: `spec.f${n}`, to: n }));
    expect(highlights([...fields, ...fields])).toBe('spec.f1, spec.f2, spec.f3, spec.f4, 2 more');
  });
});
