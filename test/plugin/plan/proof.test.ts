import { describe, expect, test } from '@jest/globals';
import type { EndpointSlice, Pod, ServicePort } from '../../../plugin/core/kubernetes.js';
import { foreignSlice } from '../../../plugin/plan/foreign-slices.js';
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

describe('proveEndpoints, of the ports of a Service,', () => {
  const listening = (name: string, containerPort: number, ips: string[] = []): Pod => ({
    ...pod('green', name),
    spec: { containers: [{ name: 'shop', ports: [{ name: 'http', containerPort }] }] },
    status: { ...pod('green', name).status, podIPs: ips.map((ip) => ({ ip })) },
  });
  const [p1, p2] = [listening('g1', 3000), listening('g2', 4000)];
  const HTTP: ServicePort = { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' };
  const holding = (pods: Pod[], ports: EndpointSlice['ports'], addressType = 'IPv4') => ({
    ...slice(SERVICE, pods),
    ports,
    addressType,
  });
  const at = (port: number | null, name = 'http', protocol = 'TCP') => [{ name, port, protocol }];
  const prove = (slices: EndpointSlice[], pods: Pod[], ports = [HTTP]) => proveEndpoints(slices, SERVICE, pods, ports);

  test('holds when each Pod is in the slice of its own number', () => {
    const slices = [holding([p1], at(3000)), holding([p2], at(4000))];
    expect(prove(slices, [p1, p2])).toEqual({ holds: true, endpoints: 2 });
  });

  test('holds for a port without a name, and without a protocol', () => {
    expect(
      prove([holding([p1], [{ name: null, port: 3000 }])], [p1], [{ port: 80, targetPort: 'http' }]),
    ).toMatchObject({ holds: true });
  });

  test.each<[string, EndpointSlice[], string]>([
    [
      'the slice has no ports',
      [holding([p1], null)],
      'service "shop-active", port 80 (http) is not in the EndpointSlices of pod "g1" yet, want number 3000',
    ],
    ['the slice does not say its ports', [slice(SERVICE, [p1])], 'is not in the EndpointSlices of pod "g1" yet'],
    [
      'the number is another',
      [holding([p1], at(4000))],
      'leads to number 4000 of pod "g1" in the EndpointSlices, want 3000',
    ],
    ['the number is every one', [holding([p1], at(null))], 'leads to number (none) of pod "g1"'],
    ['the name is another', [holding([p1], at(3000, 'web'))], 'is not in the EndpointSlices'],
    ['the protocol is another', [holding([p1], at(3000, 'http', 'UDP'))], 'is not in the EndpointSlices'],
    ['an older slice still has another number', [holding([p1], at(3000)), holding([p1], at(80))], 'leads to number 80'],
  ])('does not hold when %s', (_, slices, why) => {
    expect(prove(slices, [p1])).toEqual({ holds: false, why: expect.stringContaining(why) });
  });

  test('does not hold when a port of two is missing', () => {
    const ports = [HTTP, { name: 'admin', port: 81, targetPort: 3001 }];
    expect(prove([holding([p1], at(3000))], [p1], ports)).toMatchObject({
      why: expect.stringContaining('port 81 (admin)'),
    });
    expect(prove([holding([p1], [...at(3000), ...at(3001, 'admin')])], [p1], ports)).toMatchObject({ holds: true });
  });

  test('does not hold when a port leads nowhere in a Pod', () => {
    expect(prove([holding([p1], null)], [p1], [{ ...HTTP, targetPort: 'web' }])).toMatchObject({
      why: 'service "shop-active", port 80 (http) leads nowhere: pod "g1" has no port "web", its ports are http (3000)',
    });
  });

  test('holds for both families of addresses, for those that the Pods have', () => {
    const both = listening('g1', 3000, ['10.0.0.1', 'fd00::1']);
    const one = listening('g2', 3000, ['10.0.0.2']);
    const slices = [holding([both, one], at(3000)), holding([both], at(3000), 'IPv6')];
    expect(prove(slices, [both, one])).toEqual({ holds: true, endpoints: 2 });
    expect(prove([holding([both, one], at(3000)), holding([], at(3000), 'IPv6')], [both, one])).toMatchObject({
      why: 'not yet served by IPv6: g1',
    });
  });
});

describe('foreignSlice', () => {
  const labelled = (labels: Record<string, string>) => ({
    ...slice(SERVICE, [b1]),
    metadata: { name: 'by-hand', labels: { 'kubernetes.io/service-name': SERVICE, ...labels } },
  });

  test("names a slice that is not the controller's own, and what keeps it", () => {
    expect(foreignSlice([slice(SERVICE, [g1]), labelled({})], SERVICE)).toMatch(
      /^endpointslice "by-hand" has the label kubernetes.io\/service-name=shop-active, but has no label .* its addresses \(10.0.0.1\) whichever color/,
    );
    const mirrored = labelled({ 'endpointslice.kubernetes.io/managed-by': 'staff' });
    expect(foreignSlice([mirrored], SERVICE)).toContain('is managed by "staff"');
  });

  test('finds none among those of other Services', () => {
    expect(foreignSlice([slice(SERVICE, [g1]), labelled({})], 'shop-green')).toBeUndefined();
  });
});
