import { describe, expect, test } from '@jest/globals';
import type { Subject } from '../../../plugin/checks/subject.js';
import { verifyColor } from '../../../plugin/checks/verify.js';
import { RefusedError } from '../../../plugin/core/errors.js';
import type { NetworkPolicy, Service, ServicePort } from '../../../plugin/core/kubernetes.js';
import type { Step } from '../../../plugin/plan/steps.js';
import { recheck } from '../../../plugin/traffic/recheck.js';
import { POLICY, pod, service, slice, stateOf } from '../cluster-objects.js';
import { type FakeRun, fakeRun } from '../fake-run.js';

const CHECK = { name: 'health', path: '/health', status: [200], timeoutSeconds: 5, retries: 1, intervalSeconds: 1 };
const HTTP: ServicePort = { name: 'http', port: 80, targetPort: 3000 };
const ADMIN: ServicePort = { name: 'admin', port: 81, targetPort: 9000 };
const withPorts = (name: string, color: 'blue' | 'green', ...ports: ServicePort[]): Service => {
  const one = service(name, color, {});
  return { ...one, spec: { ...one.spec, ports } };
};

/** A release whose active Service has these ports. */
function runWith(...ports: ServicePort[]): FakeRun {
  return fakeRun({ state: stateOf({ active: withPorts('shop-active', 'blue', ...ports) }) });
}
const verify = (run: FakeRun, more: Partial<Subject> = {}) =>
  verifyColor(run, 'green', {
    checks: [CHECK],
    port: 3000,
    container: 'shop',
    traffic: { name: 'shop-active' },
    serving: 'blue',
    ...more,
  });

describe('verifyColor, of a color that is to get traffic,', () => {
  test('asks no port but those of the checks, where the Services lead to no other', async () => {
    const run = runWith(HTTP);
    const { verified, ports } = await verify(run);
    expect(verified.map(({ checks }) => checks.length)).toEqual([1, 1]);
    expect(ports).toEqual([{ service: 'shop-active', port: 80, protocol: 'TCP', targets: [3000] }]);
    expect(run.reached.get('uid-g1')).toEqual(new Set([3000]));
  });

  test('asks the other ports for a connection, of each Pod', async () => {
    const run = runWith(HTTP, ADMIN);
    run.tunnels.refuse = () => undefined;
    const { verified } = await verify(run);
    expect(verified.map(({ checks }) => checks.map(({ name }) => name))).toEqual([
      ['health', 'service shop-active:81'],
      ['health', 'service shop-active:81'],
    ]);
  });

  test('refuses a port that leads nowhere before it asks a Pod', async () => {
    const run = runWith(HTTP, { ...ADMIN, targetPort: 'admin' });
    await expect(verify(run)).rejects.toThrow(
      'service "shop-active", port 81 (admin) leads to port "admin", which pod "g1" does not have: its ports are none; every request',
    );
    expect(run.tunnels.requests).toEqual([]);
  });

  test('takes the ports that the Service is going to have for those that count', async () => {
    const run = runWith(HTTP, { ...ADMIN, targetPort: 'admin' });
    await verify(run, { traffic: { name: 'shop-active', ports: [HTTP] } });
  });

  test('does not look at the active Service for a color that gets no traffic', async () => {
    const run = runWith({ ...HTTP, targetPort: 'web' });
    const { traffic, ...subject } = { checks: [CHECK], port: 3000, container: 'shop', traffic: undefined };
    await verifyColor(run, 'green', subject);
  });

  test("refuses a port of the color's own Service that leads nowhere, and warns of the preview Service", async () => {
    const broken = { ...HTTP, targetPort: 'web' };
    const own = stateOf({ colorServices: { blue: undefined, green: withPorts('shop-green', 'green', broken) } });
    await expect(verify(fakeRun({ state: own }))).rejects.toThrow(
      'service "shop-green", port 80 (http) leads to port "web"',
    );
    const run = fakeRun({ state: stateOf({ preview: withPorts('shop-preview', 'green', broken) }) });
    await verify(run);
    expect(run.log.join('\n')).toContain('warn service "shop-preview", port 80 (http) leads to port "web"');
  });

  test('says that UDP cannot be asked', async () => {
    const { notAsked } = await verify(runWith(HTTP, { name: 'dns', port: 53, protocol: 'UDP' }));
    expect(notAsked).toEqual(['service "shop-active", port 53/UDP (dns): port-forward takes TCP alone']);
  });

  test("refuses at once an EndpointSlice of the color's own Service that is not the controller's", async () => {
    const run = runWith(HTTP);
    const foreign = slice('shop-green', [pod('blue', 'b1')]);
    foreign.metadata = { name: 'by-hand', labels: { 'kubernetes.io/service-name': 'shop-green' } };
    run.api.put(foreign);
    const started = run.clock.now();
    await expect(verify(run)).rejects.toThrow('endpointslice "by-hand"');
    expect(run.clock.now()).toBe(started);
  });
});

describe('verifyColor, with NetworkPolicies,', () => {
  const deny = (labels: Record<string, string> = {}): NetworkPolicy => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'deny', labels },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  });
  const denying = (labels: Record<string, string>, ...groups: string[]) => {
    const run = runWith(HTTP);
    run.api.put(deny(labels));
    const { get } = run.api;
    run.api.get = (async (path: string) =>
      path === '/apis' ? { groups: groups.map((name) => ({ name })) } : get(path)) as typeof get;
    return run;
  };

  test.each<[string, Record<string, string>, string[]]>([
    ['in a cluster without other policies', {}, ['apps']],
    ['of the release', { app: 'shop' }, ['cilium.io']],
  ])('refuses one %s that admits nothing', async (_, labels, groups) => {
    const failed = verify(denying(labels, ...groups));
    await expect(failed).rejects.toThrow(RefusedError);
    await expect(failed).rejects.toThrow('networkpolicy "deny" does not admit port 3000 of pod "g1"');
  });

  test('warns where policies of another kind may admit what serves now as well', async () => {
    const run = denying({}, 'cilium.io');
    const { notAsked } = await verify(run);
    expect(notAsked).toEqual([expect.stringContaining('policies of cilium.io may: not refused')]);
  });
});

describe('recheck', () => {
  const STEP: Step & { kind: 'switch' } = {
    kind: 'switch',
    service: 'shop-active',
    guard: { uid: undefined, lastOperationId: undefined },
    from: 'blue',
    to: 'green',
    fromVersion: 'v1',
    serving: 2,
    replicas: 2,
  };
  const again = (run: FakeRun, ...ports: ServicePort[]) =>
    recheck(run, STEP, { ...POLICY, checks: [CHECK] }, 'rollback', withPorts('shop-active', 'blue', ...ports));

  test('asks nothing that was asked before', async () => {
    const run = runWith(HTTP);
    await verify(run);
    const asked = run.tunnels.requests.length;
    await again(run, HTTP);
    expect(run.tunnels.requests).toHaveLength(asked);
  });

  test('refuses when the Service has got a port since that leads nowhere', async () => {
    const run = runWith(HTTP);
    await verify(run);
    const failed = again(run, HTTP, { ...ADMIN, targetPort: 'admin' });
    await expect(failed).rejects.toThrow('port 81 (admin) leads to port "admin"');
  });

  test('asks a port that the Service leads to since', async () => {
    const run = runWith(HTTP);
    await verify(run);
    await again(run, HTTP, ADMIN);
    expect(run.reached.get('uid-g2')).toEqual(new Set([3000, 9000]));
  });
});
