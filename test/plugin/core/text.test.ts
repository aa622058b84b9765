import { expect, test } from '@jest/globals';
import { counted, printable } from '../../../plugin/core/text.js';

test.each([
  ['an escape sequence', '\u001b[31mred', '\\u001b[31mred'],
  ['a title of the terminal', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007'],
  ['a carriage return, which would overwrite the line', 'ok\rno', 'ok\\u000dno'],
  ['a backspace', 'a\bb', 'a\\u0008b'],
  ['NUL', '\u0000', '\\u0000'],
  ['DEL', '\u007f', '\\u007f'],
  ['an 8-bit control sequence introducer', '\u009b2J', '\\u009b2J'],
  ['a right-to-left override', 'a\u202eb', 'a\\u202eb'],
  ['a directional isolate', 'a\u2067b\u2069', 'a\\u2067b\\u2069'],
])('printable escapes %s', (_, text, escaped) => {
  expect(printable(text)).toBe(escaped);
});

test.each(['plain', 'a\nb', 'a\tb', 'Grüße, мир, 世界', '🟢 €', ''])('printable leaves %j', (text) => {
  expect(printable(text)).toBe(text);
});

test.each([
  [0, '0 Pods'],
  [1, '1 Pod'],
  [2, '2 Pods'],
])('%d Pods are counted as %j', (count, words) => {
  expect(counted(count, 'Pod')).toBe(words);
});
