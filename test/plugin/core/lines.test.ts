import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { readLines } from '../../../plugin/core/lines.js';

async function linesOf(chunks: readonly (string | Buffer)[], maxLength?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), maxLength))
    lines.push(line);
  return lines;
}

const euro = Buffer.from('€');

test.each<[string, (string | Buffer)[], string[]]>([
  ['whole lines', ['a\nb\n'], ['a', 'b']],
  ['a line over several chunks', ['a', 'b', 'c\n'], ['abc']],
  ['several lines and a half', ['a\nb', 'c\n'], ['a', 'bc']],
  ['a last line without a line feed', ['a\nb'], ['a', 'b']],
  ['a character over two chunks', [euro.subarray(0, 1), euro.subarray(1), '\n'], ['€']],
  ['empty lines, which it leaves out', ['a\n\n\nb\n'], ['a', 'b']],
  ['nothing', [], []],
])('readLines reads %s', async (_, chunks, lines) => {
  expect(await linesOf(chunks)).toEqual(lines);
});

test('readLines gives a line as soon as its line feed is there', async () => {
  const stream = new Readable({ read: () => undefined });
  stream.push('a\nb');
  const lines = readLines(stream)[Symbol.asyncIterator]();
  expect(await lines.next()).toEqual({ done: false, value: 'a' });
  stream.destroy();
});

test('readLines passes on that the stream broke', async () => {
  const stream = new Readable({ read: () => undefined });
  stream.push('a');
  setImmediate(() => stream.destroy(new Error('reset')));
  await expect(readLines(stream)[Symbol.asyncIterator]().next()).rejects.toThrow('reset');
});

test.each<[string, string[]]>([
  ['in one piece', ['abcdefgh\nij\n']],
  ['in several', ['ab', 'cdef', 'gh\ni', 'j\n']],
])('readLines cuts a line that is too long and came %s, and only that', async (_, chunks) => {
  expect(await linesOf(chunks, 4)).toEqual(['abcd…', 'ij']);
});

test('readLines keeps a line of just the longest length', async () => {
  expect(await linesOf(['abcd\nab', 'cd\n'], 4)).toEqual(['abcd', 'abcd']);
});

test('readLines does not keep what it cuts, however long the line gets', async () => {
  const chunk = Buffer.alloc(2 ** 20, 'x');
  let sent = 0;
  const stream = Readable.from(
    (function* () {
      for (; sent < 300; sent++) yield chunk;
      yield Buffer.from('\nend\n');
    })(),
  );
  const before = process.memoryUsage().rss;
  const lines: number[] = [];
  for await (const line of readLines(stream, 1000)) lines.push(line.length);
  expect(lines).toEqual([1001, 3]);
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
});
