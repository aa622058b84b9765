import { describe, expect, test } from '@jest/globals';
import { endpoints } from '../../../../../plugin/commands/doctor/examinations/endpoints.js';
import { service, slice } from '../../../cluster-objects.js';
import { bluePods, detailed, factsOf, healthyState, ownedPod } from '../facts.js';

const { pods, endpointSlices } = healthyState();
const managed = (one: ReturnType<typeof slice>) => {
  const labels = {
    ...one.metadata.labels,
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  };
  return { ...one, metadata: { ...one.metadata, labels } };
};
const [, blue, green] = endpointSlices as [never, ReturnType<typeof slice>, ReturnType<typeof slice>];

describe('the EndpointSlices', () => {
  test('hold exactly the ready Pods', () => {
    expect(endpoints.examine(factsOf())).toEqual([]);
  });

  test('that lack a Pod are made anew by their controller', () => {
    const state = { endpointSlices: [managed(slice('shop-active', pods.slice(0, 1))), blue, green] };
    expect(endpoints.examine(factsOf({ state }))).toEqual([
      expect.objectContaining({
        id: 'endpoints-differ',
        affects: 'traffic',
        what: expect.stringContaining('not yet served: b2'),
        fix: 'kubectl delete endpointslices -l kubernetes.io/service-name=shop-active -n store --context=prod',
      }),
    ]);
  });

  test('that somebody made by hand are named', () => {
    const handMade = slice('shop-active', pods);
    handMade.metadata.labels = { 'kubernetes.io/service-name': 'shop-active' };
    const state = { endpointSlices: [handMade, blue, green] };
    expect(endpoints.examine(factsOf({ state }))[0]).toMatchObject({
      what: expect.stringContaining('served but not of this color or not ready: 10.0.0.3, 10.0.0.4'),
      fix: 'kubectl delete endpointslice/shop-active-x -n store --context=prod',
    });
  });

  test('of a Service that publishes Pods that are not ready', () => {
    const active = service('shop-active', 'blue', {});
    Object.assign(active.spec, { publishNotReadyAddresses: true });
    const sick = [ownedPod('blue', 'b1'), ownedPod('blue', 'b2', { ready: false })];
    const endpointSlices = [managed(slice('shop-active', sick)), managed(slice('shop-blue', sick.slice(0, 1))), green];
    expect(endpoints.examine(factsOf({ state: { ...bluePods(...sick), active, endpointSlices } }))).toEqual([
      expect.objectContaining({ fix: expect.stringContaining('"publishNotReadyAddresses":false') }),
    ]);
  });

  test('of a color Service hurt the next promotion, not the traffic', () => {
    const state = { endpointSlices: [slice('shop-active', pods.slice(0, 2)), slice('shop-blue', []), green] };
    expect(endpoints.examine(factsOf({ state }))).toEqual([expect.objectContaining({ affects: 'promotion' })]);
  });

  test('nobody is served when no Pod of the active color is ready: back to the other one', () => {
    const sick = bluePods(ownedPod('blue', 'b1', { ready: false }), ownedPod('blue', 'b2', { ready: false }));
    const state = { ...sick, endpointSlices: [slice('shop-active', []), slice('shop-blue', []), green] };
    expect(endpoints.examine(factsOf({ state }))).toEqual([
      expect.objectContaining({
        id: 'no-ready-pods',
        affects: 'traffic',
        fix: 'kubectl bluegreen rollback shop --to=green -n store --context=prod',
      }),
    ]);
  });

  test('a color of 0 replicas has none, and that is told elsewhere', () => {
    const blue = detailed('blue', 'v1');
    const deployments = { ...healthyState().deployments, blue: { ...blue, spec: { ...blue.spec, replicas: 0 } } };
    expect(endpoints.examine(factsOf({ state: { ...bluePods(), deployments } }))).toEqual([]);
  });
});
