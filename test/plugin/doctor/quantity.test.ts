import { expect, test } from '@jest/globals';
import { amount, quantity } from '../../../plugin/doctor/quantity.js';

test.each([
  ['1', 1],
  ['500m', 0.5],
  ['0.1', 0.1],
  ['128Mi', 134_217_728],
  ['2k', 2000],
  ['many', undefined],
  ['1x', undefined],
])('the quantity %s is %s', (text, value) => {
  expect(amount(text)).toBe(value);
});

test.each([
  [4, '4'],
  [0.35, '350m'],
  [1.0001, '1001m'],
])('%d is the quantity %s', (value, text) => {
  expect(quantity(value)).toBe(text);
});
