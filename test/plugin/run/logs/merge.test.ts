import { expect, test } from '@jest/globals';
import { mergeByTime } from '../../../../plugin/run/logs/merge.js';

async function* source(...times: (string | undefined)[]) {
  for (const at of times) yield { at };
}

async function merged(...sources: AsyncIterable<{ at: string | undefined }>[]): Promise<(string | undefined)[]> {
  const times: (string | undefined)[] = [];
  for await (const { at } of mergeByTime(sources)) times.push(at);
  return times;
}

test('sources are merged in the order of their times', async () => {
  expect(await merged(source('1', '4', '5'), source('2', '3', '6'), source())).toEqual(['1', '2', '3', '4', '5', '6']);
});

test('what has no time comes at once, and keeps its place in its source', async () => {
  expect(await merged(source('2', undefined, '3'), source('1', '4'))).toEqual(['1', '2', undefined, '3', '4']);
});

test('of no sources nothing comes', async () => {
  expect(await merged()).toEqual([]);
});

test('sources are closed when nobody reads on', async () => {
  const closed: string[] = [];
  async function* endless(name: string) {
    try {
      for (;;) yield { at: name };
    } finally {
      closed.push(name);
    }
  }
  for await (const { at } of mergeByTime([endless('1'), endless('2')])) if (at === '1') break;
  expect(closed).toEqual(['1', '2']);
});

test('the failure of a source is that of the whole', async () => {
  async function* failing() {
    yield { at: '1' };
    throw new Error('forbidden');
  }
  await expect(merged(failing(), source('1', '2'))).rejects.toThrow('forbidden');
});
