import { expect, test } from '@jest/globals';
import { logPosition } from '../../../../plugin/run/logs/position.js';

/** What is new in each reading of a log. */
function tell(...readings: (string | undefined)[][]): (string | undefined)[][] {
  const position = logPosition();
  return readings.map((reading) => {
    position.again();
    return reading.filter((at) => position.advance(at));
  });
}

test.each<[string, (string | undefined)[][], (string | undefined)[][]]>([
  ['every line at first', [['1', '2', '2', '3']], [['1', '2', '2', '3']]],
  [
    'only new lines when it is read again',
    [
      ['1', '2'],
      ['1', '2', '3'],
    ],
    [['1', '2'], ['3']],
  ],
  [
    'of several lines of one time those that are new',
    [
      ['1', '2', '2'],
      ['2', '2', '2', '3'],
    ],
    [
      ['1', '2', '2'],
      ['2', '3'],
    ],
  ],
  [
    'nothing twice over three readings',
    [
      ['1', '2'],
      ['2', '2'],
      ['2', '2', '2'],
    ],
    [['1', '2'], ['2'], ['2']],
  ],
  ['lines of a clock that was set back', [['5', '3', '4']], [['5', '3', '4']]],
  ['lines of a clock that is set back after the first new line', [['5'], ['5', '6', '4']], [['5'], ['6', '4']]],
  [
    'lines without a time',
    [
      ['1', undefined],
      [undefined, '1', '2'],
    ],
    [
      ['1', undefined],
      [undefined, '2'],
    ],
  ],
])('a position tells %s', (_, readings, told) => {
  expect(tell(...readings)).toEqual(told);
});
