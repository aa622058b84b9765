import { describe, expect, test } from '@jest/globals';
import { ApiError, UnreachableError } from '../../../plugin/core/errors.js';
import type { Pod } from '../../../plugin/core/kubernetes.js';
import type { WatchEvent } from '../../../plugin/kube/api.js';
import { followCollection } from '../../../plugin/kube/reconnecting-informer.js';
import { resourcePath } from '../../../plugin/kube/resources.js';
import { pod } from '../cluster-objects.js';
import { type FakeApi, fakeApi, NAMESPACE } from '../fake-api.js';
import { fakeClock } from '../fake-clock.js';

const PODS = resourcePath('Pod', NAMESPACE);

/** Each watch of the API server fails so, once; then it works. */
function failingWatch(api: FakeApi, ...failures: (Error | WatchEvent<unknown>)[]): void {
  const { watch } = api;
  api.watch = (path, query, signal) => {
    const failure = failures.shift();
    if (failure instanceof Error) throw failure;
    if (!failure) return watch(path, query, signal);
    return (async function* () {
      yield failure as never;
    })();
  };
}

async function follow(api: FakeApi, signal = new AbortController().signal) {
  const clock = fakeClock();
  const losses: (string | undefined)[] = [];
  let wake: () => void = () => undefined;
  const informer = await followCollection<Pod>(
    api,
    PODS,
    {},
    {
      clock,
      signal,
      onChange: () => wake(),
      onLost: (error) => losses.push(error?.message),
    },
  );
  const names = () => informer.items().map(({ metadata }) => metadata.name);
  const until = (name: string) =>
    new Promise<void>((resolve) => {
      wake = () => names().includes(name) && resolve();
      wake();
    });
  return { ...informer, clock, losses, names, until };
}

describe('followCollection', () => {
  test.each<[string, Error]>([
    ['the API server is started anew', new UnreachableError('connection refused')],
    ['the resourceVersion is too old', new ApiError(410, 'Expired', 'too old resource version')],
    ['the API server has too much to do', new ApiError(429, 'TooManyRequests', 'slow down')],
    ['etcd has no leader', new ApiError(500, 'InternalError', 'etcdserver: no leader')],
  ])('takes up its watch again when %s', async (_, failure) => {
    const api = fakeApi([pod('green', 'g1')]);
    failingWatch(api, failure);
    const { until, losses } = await follow(api);
    api.put(pod('green', 'g2'));
    await until('g2');
    api.put(pod('green', 'g3'));
    await until('g3');
    expect(losses).toEqual([failure.message, undefined]);
  });

  test('tries on while nothing can be reached, more and more seldom, and keeps what was last seen', async () => {
    const api = fakeApi([pod('green', 'g1')]);
    failingWatch(api, new UnreachableError('connection refused'));
    const { until, names, clock } = await follow(api);
    const start = clock.now();
    let isDown = true;
    const attempts: number[] = [];
    api.before = ({ verb }) => {
      if (verb !== 'list' || !isDown) return;
      attempts.push(clock.now() - start);
      throw new UnreachableError('connection refused');
    };
    clock.after(30_000, () => {
      expect(names()).toEqual(['g1']);
      api.put(pod('green', 'g2'));
      isDown = false;
    });
    await until('g2');
    expect(attempts).toEqual([500, 1500, 3500, 7500, 15_500, 25_500]);
  });

  test('lists again by itself when the watch says that it is too far behind', async () => {
    const api = fakeApi([pod('green', 'g1')]);
    failingWatch(api, { type: 'ERROR', object: { kind: 'Status', code: 410 } });
    const { until, losses } = await follow(api);
    api.put(pod('green', 'g2'));
    await until('g2');
    expect(losses).toEqual([]);
  });

  test('fails when access was taken away: waiting does not help', async () => {
    const api = fakeApi();
    failingWatch(api, new ApiError(403, 'Forbidden', 'pods is forbidden'));
    await expect((await follow(api)).failed).rejects.toThrow('pods is forbidden');
  });

  test('fails at once where the first list does', async () => {
    const api = fakeApi();
    api.before = () => {
      throw new UnreachableError('connection refused');
    };
    await expect(follow(api)).rejects.toThrow('connection refused');
  });

  test('ends with its signal, also while it waits', async () => {
    const stop = new AbortController();
    const api = fakeApi();
    failingWatch(api, new UnreachableError('connection refused'));
    const { failed, clock } = await follow(api, stop.signal);
    clock.after(100, () => stop.abort(new Error('SIGINT')));
    await expect(failed).rejects.toThrow('SIGINT');
  });
});
