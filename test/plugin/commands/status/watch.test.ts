import { afterEach, describe, expect, test } from '@jest/globals';
import { watchCollections } from '../../../../plugin/commands/status/watch.js';
import { ApiError, UnreachableError } from '../../../../plugin/core/errors.js';
import { resourcePath } from '../../../../plugin/kube/resources.js';
import { type Objects, selectRelease, stateOf as stateFrom } from '../../../../plugin/plan/releases.js';
import { readStatus } from '../../../../plugin/plan/status.js';
import { service, stateOf } from '../../cluster-objects.js';
import { NAMESPACE } from '../../fake-api.js';
import { type FakeRun, fakeRun } from '../../fake-run.js';

let stop = new AbortController();
afterEach(() => {
  stop.abort(new Error('end of the test'));
  stop = new AbortController();
});

function watching(run: FakeRun, ticks = false) {
  const shown: string[] = [];
  let wake: () => void = () => undefined;
  const show = async (objects: Objects, lost: Error | undefined) => {
    const { status } = readStatus(stateFrom(objects, NAMESPACE, 'shop'));
    shown.push(`${status.active.color}${lost ? `, lost: ${lost.message}` : ''}`);
    wake();
  };
  const collections = selectRelease('shop').map(({ kind, query }) => ({ path: resourcePath(kind, NAMESPACE), query }));
  const ended = watchCollections(run, collections, show, { ticks, signal: stop.signal });
  ended.catch(() => undefined);
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      wake = () => condition() && resolve();
      wake();
    });
  return { shown, until, ended };
}

const onGreen = () => service('shop-active', 'green', {});

describe('watchCollections', () => {
  test('shows what is there, and again after a change', async () => {
    const run = fakeRun({ state: stateOf() });
    const { shown, until } = watching(run);
    await until(() => shown.length === 1);
    run.api.put(onGreen());
    await until(() => shown.at(-1) === 'green');
    expect(shown[0]).toBe('blue');
  });

  test('asks the cluster once: what follows are watches', async () => {
    const run = fakeRun({ state: stateOf() });
    const { shown, until } = watching(run, true);
    await until(() => shown.length === 5);
    expect(run.api.calls.map(({ verb }) => verb)).toEqual(['list', 'list', 'list', 'list', 'list']);
  });

  test('goes on over lost watches, and says meanwhile that it may be out of date', async () => {
    const run = fakeRun({ state: stateOf() });
    const { watch } = run.api;
    let failures = 5;
    run.api.watch = (...args) => {
      if (failures-- > 0) throw new UnreachableError('connection refused');
      return watch(...args);
    };
    const { shown, until } = watching(run);
    await until(() => shown.at(-1) === 'blue, lost: connection refused');
    await until(() => shown.at(-1) === 'blue');
    run.api.put(onGreen());
    await until(() => shown.at(-1) === 'green');
  });

  test('fails in the words of the server when it is refused', async () => {
    const run = fakeRun({ state: stateOf() });
    run.api.watch = () => {
      throw new ApiError(403, 'Forbidden', 'cannot watch');
    };
    await expect(watching(run).ended).rejects.toThrow('Error from server (Forbidden): cannot watch');
  });

  test('ends without an error with its signal', async () => {
    const { ended, shown, until } = watching(fakeRun({ state: stateOf() }));
    await until(() => shown.length === 1);
    stop.abort(new Error('SIGINT'));
    await ended;
  });
});
