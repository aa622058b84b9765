import { describe, expect, test } from '@jest/globals';
import { proveEndpoints } from '../../../plugin/plan/proof.js';
import { pod, slice } from '../cluster-objects.js';

const g1 = pod('green', 'g1');
const g2 = pod('green', 'g2');
const b1 = pod('blue', 'b1');
const SERVICE = 'shop-active';

describe('proveEndpoints', () => {
  test('holds when the endpoints are exactly the ready Pods', () => {
    expect(proveEndpoints([slice(SERVICE, [g1, g2])], SERVICE, [g1, g2])).toEqual({ holds: true, endpoints: 2 });
  });

  test('holds over several slices', () => {
    expect(proveEndpoints([slice(SERVICE, [g2]), slice(SERVICE, [g1])], SERVICE, [g1, g2])).toMatchObject({
      holds: true,
    });
  });

  test('counts an endpoint whose condition is not set as ready', () => {
    expect(proveEndpoints([slice(SERVICE, [g1], 'unset')], SERVICE, [g1])).toMatchObject({ holds: true });
    expect(proveEndpoints([slice(SERVICE, [b1], 'unset'), slice(SERVICE, [g1])], SERVICE, [g1]).holds).toBe(false);
  });

  test('holds although a Pod that is not ready has an endpoint that is not ready', () => {
    const starting = pod('green', 'g3', { ready: false });
    const slices = [slice(SERVICE, [g1]), slice(SERVICE, [starting], false)];
    expect(proveEndpoints(slices, SERVICE, [g1, starting])).toEqual({ holds: true, endpoints: 1 });
  });

  test.each([
    ['a Pod has no endpoint', [slice(SERVICE, [g1])], 'not yet served: g2'],
    ['the endpoint of a Pod is not ready', [slice(SERVICE, [g1]), slice(SERVICE, [g2], false)], 'not yet served: g2'],
    ['only another Service has the endpoint', [slice(SERVICE, [g1]), slice('shop-green', [g2])], 'not yet served: g2'],
    [
      'a Pod of the other color is served',
      [slice(SERVICE, [g1, g2, b1])],
      'served but not of this color or not ready: 10.0.0.3',
    ],
    [
      'the endpoints are those of the other color',
      [slice(SERVICE, [b1])],
      'not yet served: g1, g2; served but not of this color or not ready: 10.0.0.1',
    ],
    ['there is no slice', [], 'not yet served: g1, g2'],
  ])('does not hold when %s', (_, slices, why) => {
    expect(proveEndpoints(slices, SERVICE, [g1, g2])).toEqual({ holds: false, why });
  });

  test('does not hold when a Pod is served that is not ready', () => {
    const unready = pod('green', 'g2', { ready: false });
    expect(proveEndpoints([slice(SERVICE, [g1, g2])], SERVICE, [g1, unready])).toMatchObject({ holds: false });
  });

  test('does not hold when the address is that of another Pod under the same name', () => {
    const successor = { ...g1, metadata: { ...g1.metadata, uid: 'uid-later' } };
    expect(proveEndpoints([slice(SERVICE, [g1])], SERVICE, [successor])).toMatchObject({ holds: false });
  });

  test('takes no Pods at all for no proof, although the endpoints are none as well', () => {
    expect(proveEndpoints([], SERVICE, [])).toEqual({ holds: false, why: 'no Pod is ready' });
    expect(proveEndpoints([], SERVICE, [pod('green', 'g1', { ready: false })])).toMatchObject({ holds: false });
  });
});
