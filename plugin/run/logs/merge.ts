/** Several sources, each in the order of its times, as one in the order of all times; lines without a time come at once. */
export async function* mergeByTime<T extends { readonly at: string | undefined }>(
  sources: readonly AsyncIterable<T>[],
): AsyncIterable<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (;;) {
      let first = -1;
      for (const [index, head] of heads.entries()) {
        if (head.done) continue;
        const best = heads[first];
        if (!best || (head.value.at ?? '') < (best.value?.at ?? '')) first = index;
      }
      const head = heads[first];
      const iterator = iterators[first];
      if (!head || head.done || !iterator) return;
      yield head.value;
      heads[first] = await iterator.next();
    }
  } finally {
    // Streams that are not read to their end are closed.
    await Promise.all(iterators.map((iterator) => iterator.return?.()));
  }
}
