import { describe, expect, test } from '@jest/globals';
import { table, wrap } from '../../../plugin/terminal/table.js';

const COLUMNS = [
  { title: 'POD', keepEnd: true },
  { title: 'READY', leaveOut: 1 },
  { title: 'AGE', leaveOut: 2 },
];
const ROWS = [['engine-ops-green-59bc48bd7c-mpv6p', '1/1', '5m']];

describe('table', () => {
  test('aligns its columns, without spaces at the end', () => {
    expect(table([{ title: 'A' }, { title: 'LONG' }], [['one', 'x']], 80)).toEqual(['A     LONG', 'one   x']);
  });

  test.each([
    [80, ['POD                                 READY   AGE', 'engine-ops-green-59bc48bd7c-mpv6p   1/1     5m']],
    [40, ['POD                          READY   AGE', '…ps-green-59bc48bd7c-mpv6p   1/1     5m']],
    [30, ['POD                      READY', '…reen-59bc48bd7c-mpv6p   1/1']],
    [18, ['POD', '…-59bc48bd7c-mpv6p']],
  ])('in %i columns shortens names first and leaves columns out then', (width, lines) => {
    expect(table(COLUMNS, ROWS, width)).toEqual(lines);
  });
});

describe('wrap', () => {
  test.each([
    ['short', 80, ['short']],
    ['one two three', 8, ['one two', '  three']],
    ['warning: abcdefghij', 8, ['warning:', '  abcdef', '  ghij']],
    ['abcdef', 1, ['a', 'b', 'c', 'd', 'e', 'f']],
  ])('breaks "%s" at %i columns', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });
});
