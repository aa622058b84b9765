import { expect, test } from '@jest/globals';
import { forEachAtMost } from '../../../plugin/effects/at-most.js';

/** Work whose ends are given by hand, in any order. */
function work() {
  const ends = new Map<number, { resolve: (value: number) => void; reject: (error: Error) => void }>();
  const begin = (item: number) => new Promise<number>((resolve, reject) => ends.set(item, { resolve, reject }));
  return {
    begin,
    begun: () => [...ends.keys()],
    end: async (item: number) => {
      ends.get(item)?.resolve(item * 10);
      await settled();
    },
    fail: async (item: number) => {
      ends.get(item)?.reject(new Error(`no ${item}`));
      await settled();
    },
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('so many are at work at a time, and each end begins another', async () => {
  const { begin, begun, end } = work();
  const all = forEachAtMost(2, [1, 2, 3, 4], begin);
  expect(begun()).toEqual([1, 2]);
  await end(2);
  expect(begun()).toEqual([1, 2, 3]);
  await end(1);
  await end(4);
  await end(3);
  expect(await all).toEqual([10, 20, 30, 40]);
});

test('one that fails is told at once, and nothing is begun behind it', async () => {
  const { begin, begun, end, fail } = work();
  const all = forEachAtMost(2, [1, 2, 3, 4], begin);
  const told = expect(all).rejects.toThrow('no 2');
  await fail(2);
  await told;
  await end(1);
  expect(begun()).toEqual([1, 2]);
});

test('of none nothing is begun', async () => {
  expect(await forEachAtMost(2, [], () => Promise.reject(new Error('begun')))).toEqual([]);
});
