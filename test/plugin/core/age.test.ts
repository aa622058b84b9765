import { expect, test } from '@jest/globals';
import { age, humanDuration } from '../../../plugin/core/age.js';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

test.each([
  [-5 * S, '<invalid>'],
  [-1 * S, '0s'],
  [0, '0s'],
  [119 * S, '119s'],
  [120 * S, '2m'],
  [5 * M + 30 * S, '5m30s'],
  [10 * M + 30 * S, '10m'],
  [179 * M, '179m'],
  [3 * H, '3h'],
  [3 * H + 20 * M, '3h20m'],
  [8 * H + 20 * M, '8h'],
  [47 * H, '47h'],
  [2 * D + 4 * H, '2d4h'],
  [8 * D + 4 * H, '8d'],
  [729 * D, '729d'],
  [730 * D, '2y'],
  [2 * 365 * D + 3 * D, '2y3d'],
  [9 * 365 * D, '9y'],
])('%i ms are %s, as kubectl writes it', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

test.each([
  ['2026-01-02T03:04:05Z', '10s'],
  [undefined, '<unknown>'],
  ['yesterday', '<unknown>'],
])('the age of something from %s is %s', (timestamp, text) => {
  expect(age(timestamp, Date.parse('2026-01-02T03:04:15Z'))).toBe(text);
});
