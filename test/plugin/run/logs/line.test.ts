import { describe, expect, test } from '@jest/globals';
import { type LineStyle, lineText, readLogLine, timeOfLine } from '../../../../plugin/run/logs/line.js';

const SOURCE = { color: 'green', pod: 'g1', container: 'shop' } as const;
const STYLE: LineStyle = { json: false, prefix: true, timestamps: false, containers: false, colored: false };

describe('readLogLine', () => {
  test.each([
    ['2026-01-02T03:04:05.123456789Z hello', '2026-01-02T03:04:05.123456789Z', 'hello'],
    ['2026-01-02T03:04:05Z hello', '2026-01-02T03:04:05.000000000Z', 'hello'],
    ['2026-01-02T03:04:05.5+02:00  two spaces', '2026-01-02T01:04:05.500000000Z', ' two spaces'],
    ['2026-01-02T23:04:05.5-05:30 x', '2026-01-03T04:34:05.500000000Z', 'x'],
    ['2026-01-02T03:04:05.1Z ', '2026-01-02T03:04:05.100000000Z', ''],
    ['2026-01-02T03:04:05.1Z a\r', '2026-01-02T03:04:05.100000000Z', 'a'],
    ['failed to read the log', undefined, 'failed to read the log'],
  ])('reads "%s"', (line, at, text) => {
    expect(readLogLine(line)).toEqual({ at, text });
  });

  test('has times that compare as texts with those of others', () => {
    const { at = '' } = readLogLine('2026-01-02T03:04:05.000000001Z x');
    expect(at > timeOfLine(Date.parse('2026-01-02T03:04:05Z'))).toBe(true);
    expect(at < timeOfLine(Date.parse('2026-01-02T03:04:05.001Z'))).toBe(true);
  });
});

describe('lineText', () => {
  const line = { at: '2026-01-02T03:04:05.100000000Z', text: 'hello' };

  test.each<[string, Partial<LineStyle>, string]>([
    ['after its color and Pod', {}, '[green g1] hello\n'],
    ['with the container', { containers: true }, '[green g1 shop] hello\n'],
    ['with its time', { timestamps: true }, '[green g1] 2026-01-02T03:04:05.100000000Z hello\n'],
    ['alone', { prefix: false }, 'hello\n'],
    ['with a colored prefix', { colored: true }, '\u001b[32m[green g1]\u001b[0m hello\n'],
    ['as an object', { json: true }, `${JSON.stringify({ time: line.at, ...SOURCE, line: 'hello' })}\n`],
  ])('shows a line %s', (_, style, text) => {
    expect(lineText(line, SOURCE, { ...STYLE, ...style })).toBe(text);
  });

  const evil = 'a\u001b[2J\u009b31m\u202etxt.exe\tb';

  test('lets nothing that a Pod wrote steer a terminal', () => {
    expect(lineText({ at: undefined, text: evil }, SOURCE, STYLE)).toBe(
      '[green g1] a\\u001b[2J\\u009b31m\\u202etxt.exe\tb\n',
    );
  });

  test('gives a script what a Pod wrote, escaped as JSON escapes', () => {
    const text = lineText({ at: undefined, text: evil }, SOURCE, { ...STYLE, json: true });
    expect(text.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(JSON.parse(text)).toEqual({ time: null, ...SOURCE, line: evil });
  });
});
