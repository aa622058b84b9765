import { expect, test } from '@jest/globals';
import { problemsOf } from './support.js';

test.each<[string, object]>([['a toleration of everything', { tolerations: [{ operator: 'Exists' }] }]])(
  '%s is valid',
  (_, more) => {
    expect(problemsOf(more)).toEqual([]);
  },
);

test.each<[string, object, string]>([
  [
    'a toleration of a value without a key',
    { tolerations: [{ value: 'a' }] },
    'tolerations[0].operator: expected "Exists" because there is no key',
  ],
  [
    'a toleration of a value that need not be',
    { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] },
    'tolerations[0].value: expected none because operator is "Exists"',
  ],
  [
    'a toleration for a time',
    { tolerations: [{ key: 'a', tolerationSeconds: 3 }] },
    'tolerations[0].effect: expected "NoExecute" for tolerationSeconds',
  ],
  [
    'the same spread twice',
    { topologySpreadConstraints: [{ topologyKey: 'zone' }, { topologyKey: 'zone', maxSkew: 2 }] },
    'topologySpreadConstraints[1]: has the topologyKey and whenUnsatisfiable of an earlier one',
  ],
])('%s is not valid', (_, more, problem) => {
  expect(problemsOf(more)).toEqual([problem]);
});
