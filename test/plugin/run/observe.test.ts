import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../../../plugin/core/errors.js';
import { observe, observeObjects, requireNamespace } from '../../../plugin/run/observe.js';
import { stateOf } from '../cluster-objects.js';
import { type Call, fakeApi, NAMESPACE } from '../fake-api.js';
import { apiOf } from '../fake-run.js';
import { configMap, manifestObjects } from '../manifests.js';

const look = (api: ReturnType<typeof fakeApi>) => observe(api, NAMESPACE, 'shop');
const refusing = (matches: (call: Call) => boolean, error: Error) => {
  const api = apiOf(stateOf());
  api.before = (call) => {
    if (matches(call)) throw error;
  };
  return api;
};

describe('observe', () => {
  test('sees both colors and all that belongs to them', async () => {
    const state = await look(apiOf(stateOf()));
    expect(state.active?.metadata.name).toBe('shop-active');
    expect(state.preview?.metadata.name).toBe('shop-preview');
    expect(state.deployments.green?.metadata.name).toBe('shop-green');
    expect(state.colorServices.blue?.metadata.name).toBe('shop-blue');
    expect(state.pods.map(({ metadata }) => metadata.name)).toEqual(['b1', 'b2', 'g1', 'g2']);
    expect([state.replicaSets.length, state.endpointSlices.length]).toEqual([2, 3]);
  });

  test('changes nothing', async () => {
    const api = apiOf(stateOf());
    await look(api);
    expect(new Set(api.calls.map(({ verb }) => verb))).toEqual(new Set(['get', 'list']));
  });

  test('sees that a release is not there, in a namespace that is', async () => {
    const api = fakeApi();
    api.before = ({ path }) => {
      if (path === '/api/v1/namespaces/store') throw new ApiError(403, 'Forbidden', 'namespaces is forbidden');
    };
    const state = await look(api);
    expect(state).not.toHaveProperty('active');
    expect(state.deployments).toEqual({ blue: undefined, green: undefined });
  });

  test('tells a namespace that does not exist apart from one that is empty', async () => {
    await expect(look(fakeApi())).rejects.toThrow('Error from server (NotFound)');
  });

  test('refuses a namespace that is being deleted, where nothing of the release is left', async () => {
    const metadata = { name: NAMESPACE, deletionTimestamp: '2026-01-02T03:04:05Z', finalizers: ['example.com/hold'] };
    const api = { ...fakeApi(), get: async () => ({ metadata }) } as unknown as ReturnType<typeof fakeApi>;
    await expect(requireNamespace(api, NAMESPACE)).rejects.toThrow(
      'namespace "store" is being deleted since 2026-01-02T03:04:05Z; it is held by finalizer example.com/hold',
    );
  });

  test.each([
    ['the active Service', ({ path }: Call) => path.endsWith('/shop-active')],
    ['the Pods', ({ path }: Call) => path.endsWith('/pods')],
    ['a Deployment', ({ path }: Call) => path.endsWith('/shop-blue')],
  ])('fails when it may not read %s: that is not the same as absent', async (_, matches) => {
    await expect(look(refusing(matches, new ApiError(403, 'Forbidden', 'no')))).rejects.toThrow('Forbidden');
  });
});

describe('observeObjects', () => {
  test('holds what is there, and not what is not', async () => {
    const live = await observeObjects(fakeApi([configMap('hello')]), NAMESPACE, manifestObjects());
    expect([...live.keys()]).toEqual(['ConfigMap/shop-config']);
  });
});
