import { describe, expect, test } from '@jest/globals';
import { parseCount, parseDuration } from '../../../plugin/core/duration.js';
import { UsageError } from '../../../plugin/core/errors.js';
import { failure } from '../failure.js';

describe('parseDuration', () => {
  test.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['1h2m3s4ms', 3_723_004],
    ['0s', 0],
    ['10', 10_000],
    ['0.5', 500],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text, '--timeout')).toBe(ms);
  });

  test.each(['', ' ', '5x', 's', '-5s', '5 s', '1m 30s', '30s!', '1e3', '5S', '1,5s', 'Infinity', '.5s'])(
    'refuses %j',
    (text) => {
      expect(() => parseDuration(text, '--timeout')).toThrow(
        failure(UsageError, `invalid duration "${text}" for --timeout: want a number with a unit, like 30s or 5m`),
      );
    },
  );
});

describe('parseCount', () => {
  test.each([
    ['1', 1],
    ['10', 10],
    ['1000', 1000],
  ])('%s is %d', (text, count) => {
    expect(parseCount(text, 'HEALTH_CHECK_RETRIES')).toBe(count);
  });

  test('takes 0 where that makes sense', () => {
    expect(parseCount('0', '--keep', 0)).toBe(0);
    expect(() => parseCount('-1', '--keep', 0)).toThrow('want a whole number from 0 to 1000');
  });

  test.each(['', '0', '-1', '1001', '1.5', '1e2', '0x10', 'ten', ' 1'])(
    'refuses %j, and names where it stands',
    (text) => {
      expect(() => parseCount(text, 'HEALTH_CHECK_RETRIES')).toThrow(
        failure(UsageError, `invalid number "${text}" for HEALTH_CHECK_RETRIES: want a whole number from 1 to 1000`),
      );
    },
  );
});
