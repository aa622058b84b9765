import { expect, test } from '@jest/globals';
import { compareQuantities } from '../../../charts/spec/quantity.js';

test.each([
  ['1', '1000m'],
  ['.5', '500m'],
  ['1k', '1000'],
  ['1Ki', '1024'],
  ['1M', '1000k'],
  ['1Mi', '1024Ki'],
  ['1G', '1000M'],
  ['1Gi', '1024Mi'],
  ['1.5Gi', '1536Mi'],
  ['1T', '1000G'],
  ['1Ti', '1024Gi'],
  ['1P', '1000T'],
  ['1Pi', '1024Ti'],
  ['1E', '1000P'],
  ['1Ei', '1024Pi'],
])('%s is %s', (a, b) => {
  expect(compareQuantities(a, b)).toBeCloseTo(0);
});

test.each([
  ['999m', '1'],
  ['1G', '1Gi'],
  ['2', '10'],
])('%s is less than %s', (less, more) => {
  expect(compareQuantities(less, more)).toBeLessThan(0);
  expect(compareQuantities(more, less)).toBeGreaterThan(0);
});
