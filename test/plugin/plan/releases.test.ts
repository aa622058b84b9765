import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { releaseStates, selectRelease, selectReleases, stateOf } from '../../../plugin/plan/releases.js';
import { readStatus } from '../../../plugin/plan/status.js';
import { service, stateOf as shop } from '../cluster-objects.js';

/** The objects of the release shop, as lists over a namespace give them. */
function objectsOf(namespace: string): KubernetesObject[] {
  const { active, deployments, pods, endpointSlices } = shop();
  const objects = [active, deployments.blue, deployments.green, ...pods, ...endpointSlices].filter(
    (one) => one !== undefined,
  );
  return objects.map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      namespace,
      labels: { ...object.metadata.labels, ...(object.kind === 'Service' && { 'service-type': 'active' }) },
    },
  }));
}

describe('one release', () => {
  test('is the same from lists as from single reads', () => {
    expect(readStatus(stateOf(objectsOf('store'), 'store', 'shop'))).toEqual(readStatus(shop()));
  });

  test('is without objects of another namespace', () => {
    const state = stateOf([...objectsOf('store'), ...objectsOf('other')], 'store', 'shop');
    expect(state.pods).toHaveLength(4);
  });

  test('needs no labels of its Services and Deployments, which may have been made by hand', () => {
    const selections = selectRelease('shop').map(({ kind, query }) => [kind, Object.values(query)[0]]);
    expect(selections).toEqual([
      ['Service', 'metadata.name=shop-active'],
      ['Deployment', 'metadata.name=shop-blue'],
      ['Deployment', 'metadata.name=shop-green'],
      ['Pod', 'app=shop'],
      ['EndpointSlice', 'kubernetes.io/service-name in (shop-active,shop-blue,shop-green)'],
    ]);
  });
});

describe('every release', () => {
  test('is asked for by one request for each kind', () => {
    expect(selectReleases().map(({ kind }) => kind)).toEqual(['Service', 'Deployment', 'Pod', 'EndpointSlice']);
  });

  test('is found by its active Service, sorted by namespace', () => {
    const states = releaseStates([...objectsOf('store'), ...objectsOf('depot')]);
    expect(states.map(({ namespace, release }) => `${namespace}/${release}`)).toEqual(['depot/shop', 'store/shop']);
    expect(states.map((state) => readStatus(state).status.active.ready)).toEqual([2, 2]);
  });

  test('is found by its colors, once each, when its active Service is gone', () => {
    const objects = objectsOf('store').filter(({ kind }) => kind !== 'Service');
    expect(releaseStates(objects).map(({ release, active }) => [release, active])).toEqual([['shop', undefined]]);
    expect(releaseStates(objectsOf('store'))).toHaveLength(1);
  });

  test('is no Service of another type or name', () => {
    const preview = service('shop-preview', 'green');
    const odd = service('frontend', 'green');
    odd.metadata.labels = { 'service-type': 'active' };
    expect(releaseStates([preview, odd])).toEqual([]);
  });
});
