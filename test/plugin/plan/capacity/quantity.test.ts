import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatQuantity, parseQuantity } from '../../../../plugin/plan/capacity/quantity.js';

describe('a quantity', () => {
  test.each([
    ['1', 1_000_000_000n],
    ['0', 0n],
    ['400m', 400_000_000n],
    ['0.4', 400_000_000n],
    ['.5', 500_000_000n],
    ['1.', 1_000_000_000n],
    ['100u', 100_000n],
    ['7n', 7n],
    ['0.0000000001', 1n],
    ['-1.5', -1_500_000_000n],
    ['+2', 2_000_000_000n],
    ['1k', 1_000_000_000_000n],
    ['1e3', 1_000_000_000_000n],
    ['12E-1', 1_200_000_000n],
    ['1E', 10n ** 27n],
    ['1Ki', 1024n * 10n ** 9n],
    ['1.5Gi', 1536n * 1024n ** 2n * 10n ** 9n],
    ['9Ei', 9n * 1024n ** 6n * 10n ** 9n],
  ])('of %s is exact', (text, amount) => {
    expect(parseQuantity(text)).toBe(amount);
  });

  test('may be a number, as YAML reads it', () => {
    expect(parseQuantity(2)).toBe(2_000_000_000n);
    expect(parseQuantity(0.25)).toBe(250_000_000n);
  });

  test.each(['', '.', 'm', '1x', '1mi', '1 Gi', '1e', '--1', '1Kim', 'NaN', '1e999'])('is not %j', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  test.each([
    ['400m', 'requests.cpu'],
    ['3', 'pods'],
    ['1536Mi', 'limits.memory'],
    ['1Gi', 'memory'],
    ['100M', 'memory'],
    ['1001', 'requests.memory'],
    ['2500m', 'cpu'],
    ['-600m', 'cpu'],
    ['0', 'memory'],
    ['1500u', 'cpu'],
  ])('of %s is shown as it is written, of %s', (text, resource) => {
    expect(formatQuantity(parseQuantity(text) ?? -1n, resource)).toBe(text);
  });

  test('that is shown can be read again', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.constantFrom('cpu', 'memory'), (amount, resource) => {
        expect(parseQuantity(formatQuantity(amount, resource))).toBe(amount);
      }),
    );
  });
});
