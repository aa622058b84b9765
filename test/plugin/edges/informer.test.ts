import { describe, expect, test } from '@jest/globals';
import { inform } from '../../../plugin/edges/informer.js';
import { UnreachableError } from '../../../plugin/errors.js';
import type { Pod } from '../../../plugin/kubernetes.js';
import { resourcePath } from '../../../plugin/resources.js';
import { pod } from '../cluster-objects.js';
import { type FakeApi, fakeApi, NAMESPACE } from '../fake-api.js';
import { podPath } from '../fake-run.js';

const PODS = resourcePath('Pod', NAMESPACE);
const GREEN = { labelSelector: 'app=shop,version=green' };

async function follow(api: FakeApi, signal = new AbortController().signal) {
  let wake: () => void = () => undefined;
  const informer = await inform<Pod>(api, PODS, GREEN, signal, () => wake());
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
    const { change } = await follow(api);
    expect(await change(() => api.put(pod('green', 'g2')))).toEqual(['g1', 'g2']);
    await new Promise(setImmediate);
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
    const { names } = await follow(api);
    await new Promise(setImmediate);
    expect(names()).toEqual(['g1', 'g2']);
    expect(asked[1]).toBe(api.at(podPath('g2'))?.metadata.resourceVersion);
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
