import { describe, expect, test } from '@jest/globals';
import { UnreachableError } from '../../../plugin/core/errors.js';
import type { Pod } from '../../../plugin/core/kubernetes.js';
import type { WatchEvent } from '../../../plugin/kube/api.js';
import { inform } from '../../../plugin/kube/informer.js';
import { resourcePath } from '../../../plugin/kube/resources.js';
import { pod } from '../cluster-objects.js';
import { type FakeApi, fakeApi, NAMESPACE } from '../fake-api.js';
import { fakeClock } from '../fake-clock.js';
import { podPath } from '../fake-run.js';

const PODS = resourcePath('Pod', NAMESPACE);
const GREEN = { labelSelector: 'app=shop,version=green' };

async function follow(api: FakeApi, signal = new AbortController().signal, clock = fakeClock()) {
  let wake: () => void = () => undefined;
  const informer = await inform<Pod>(api, PODS, GREEN, { signal, onChange: () => wake(), clock });
  const names = () => informer.items().map(({ metadata }) => metadata.name);
  const change = (act: () => void) =>
    new Promise<string[]>((resolve) => {
      wake = () => resolve(names());
      act();
    });
  return { ...informer, names, change };
}

describe('inform', () => {
  test('starts with what is there', async () => {
    const { names } = await follow(fakeApi([pod('green', 'g1'), pod('blue', 'b1')]));
    expect(names()).toEqual(['g1']);
  });

  test('follows what is added, changed and deleted', async () => {
    const api = fakeApi([pod('green', 'g1')]);
    const { change, items } = await follow(api);
    expect(await change(() => api.put(pod('green', 'g2')))).toEqual(['g1', 'g2']);
    await change(() => api.put(pod('green', 'g1', { ready: false })));
    expect(items()[0]?.status?.conditions?.[0]?.status).toBe('False');
    expect(await change(() => api.remove(podPath('g1')))).toEqual(['g2']);
  });

  test('goes on where it was when the server ends the watch', async () => {
    const api = fakeApi([pod('green', 'g1')]);
    const { watch } = api;
    const asked: string[] = [];
    api.watch = async function* (path, query, signal) {
      asked.push(query.resourceVersion ?? '');
      for await (const event of watch(path, query, signal)) {
        yield event as never;
        return;
      }
    };
    const clock = fakeClock();
    const { change } = await follow(api, undefined, clock);
    expect(await change(() => api.put(pod('green', 'g2')))).toEqual(['g1', 'g2']);
    await clock.sleep(200);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(asked[1]).toBe(api.at(podPath('g2'))?.metadata.resourceVersion);
  });

  test('lists again when where it was is too long ago', async () => {
    const api = fakeApi([pod('green', 'g1')]);
    const { watch } = api;
    const asked: string[] = [];
    let isFirst = true;
    api.watch = (path, query, signal) => {
      asked.push(query.resourceVersion ?? '');
      if (!isFirst) return watch(path, query, signal);
      isFirst = false;
      api.put(pod('green', 'g2'));
      return (async function* () {
        yield { type: 'ERROR', object: { kind: 'Status', code: 410 } } as never;
      })();
    };
    const clock = fakeClock();
    const { names } = await follow(api, undefined, clock);
    await clock.sleep(200);
    expect(names()).toEqual(['g1', 'g2']);
    expect(asked[1]).toBe(api.at(podPath('g2'))?.metadata.resourceVersion);
  });

  test('asks for bookmarks, and goes on from the last one', async () => {
    const api = fakeApi([pod('green', 'g1')]);
    const asked: [string?, string?][] = [];
    api.watch = async function* (_path, { resourceVersion, allowWatchBookmarks }) {
      asked.push([resourceVersion, allowWatchBookmarks]);
      yield { type: 'BOOKMARK', object: { metadata: { resourceVersion: '2000' } } } as never;
    };
    const [stop, clock] = [new AbortController(), fakeClock()];
    await follow(api, stop.signal, clock);
    await clock.sleep(150);
    stop.abort();
    expect(asked.slice(1)).toEqual([['2000', 'true']]);
  });

  test.each<[string, WatchEvent<unknown>[]]>([
    ['without an event', []],
    ['as too old', [{ type: 'ERROR', object: { kind: 'Status', code: 410 } }]],
  ])('asks a server that ends every watch at once, %s, more and more seldom', async (_, events) => {
    const api = fakeApi([pod('green', 'g1')]);
    const [stop, clock] = [new AbortController(), fakeClock()];
    const start = clock.now();
    const asked: number[] = [];
    api.watch = async function* () {
      asked.push(clock.now() - start);
      yield* events as never[];
    };
    await follow(api, stop.signal, clock);
    await clock.sleep(20_000);
    stop.abort();
    expect(asked).toEqual([0, 100, 300, 700, 1500, 3100, 6300, 11_300, 16_300]);
  });

  test('sees what changes also where no watch lasts or says anything', async () => {
    const api = fakeApi([pod('green', 'g1')]);
    const [stop, clock] = [new AbortController(), fakeClock()];
    api.watch = async function* () {
      yield* [];
    };
    const { change } = await follow(api, stop.signal, clock);
    let names: string[] = [];
    for (; names.length < 2; names = await change(() => undefined)) api.put(pod('green', 'g2'));
    stop.abort();
    expect(names).toEqual(['g1', 'g2']);
  });

  test('begins anew with short pauses after a watch that lasted', async () => {
    const api = fakeApi([pod('green', 'g1')]);
    const [stop, clock] = [new AbortController(), fakeClock()];
    const start = clock.now();
    const asked: number[] = [];
    api.watch = async function* () {
      asked.push(clock.now() - start);
      if (asked.length === 5) await clock.sleep(60_000);
      yield* [];
    };
    await follow(api, stop.signal, clock);
    await clock.sleep(62_000);
    stop.abort();
    expect(asked).toEqual([0, 100, 300, 700, 1500, 61_600, 61_800]);
  });

  test('tells of a watch that fails', async () => {
    const api = fakeApi();
    api.watch = () => {
      throw new UnreachableError('broken');
    };
    await expect((await follow(api)).failed).rejects.toThrow('broken');
  });

  test('ends with its signal', async () => {
    const stop = new AbortController();
    const { failed } = await follow(fakeApi(), stop.signal);
    stop.abort(new Error('SIGINT'));
    await expect(failed).rejects.toThrow('SIGINT');
  });
});
