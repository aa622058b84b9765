import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { kubectl, kubectlWith } from './support/cluster.js';
import { patch, rolledOut, setEnvironment, setPorts } from './support/live.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

interface Step {
  kind: string;
  verified?: { checks: { name: string }[] }[];
  requests?: { asked: number; answered: number; via: string[] };
  notAsked?: string[];
}

let release: TestRelease;
let namespace: string;
beforeAll(async () => {
  release = await createRelease('service-ports', { replicas: 1 });
  namespace = release.namespace;
  await release.install();
});
afterAll(() => release?.remove());

const promote = (...args: string[]) => release.bluegreen('promote', ['--to=green', '--yes', '-o', 'json', ...args]);

function stepOf(stdout: string, kind: string): Step | undefined {
  return (JSON.parse(stdout) as { steps: Step[] }).steps.find((step) => step.kind === kind);
}

/** What a promotion to green is refused with, and that nothing moved. */
async function refusal(...args: string[]): Promise<string> {
  const before = await release.fingerprint();
  const result = await promote(...args);
  expect(result).toExitWith(3);
  expect(await release.fingerprint()).toEqual(before);
  expect(await release.activeColor()).toBe('blue');
  return result.stderr;
}

async function backToBlue(): Promise<void> {
  if ((await release.activeColor()) === 'blue') return;
  expect(await release.bluegreen('rollback')).toExitWith(0);
}

describe('a port of the active Service', () => {
  afterEach(async () => {
    await setPorts(namespace);
    await backToBlue();
    await setEnvironment(namespace, 'green', 'MORE_PORTS-');
  });

  test('that leads to a name which the Pods do not have is a refusal that names the Service, the port and the Pod', async () => {
    await setPorts(namespace, { name: 'admin', port: 81, targetPort: 'admin' });
    expect(await refusal()).toMatch(
      /service "shop-active", port 81 \(admin\) leads to port "admin", which pod "shop-green-\S+" does not have: its ports are http \(3000\)/,
    );
  });

  test('that leads to a number on which the new version does not listen is a refusal, although the old one does', async () => {
    await setEnvironment(namespace, 'blue', 'MORE_PORTS=3001');
    await setPorts(namespace, { name: 'admin', port: 81, targetPort: 3001 });
    expect(await refusal('--check-retries=1')).toMatch(
      /pod "shop-green-\S+": check "service shop-active:81" \(tcp 3001\) failed after 1 of 1 attempts: connection refused/,
    );
  });

  test('that leads to a number which no check asks is asked for a connection', async () => {
    await setEnvironment(namespace, 'green', 'MORE_PORTS=3001');
    await setPorts(namespace, { name: 'admin', port: 81, targetPort: 3001 });
    const result = await promote();
    expect(result).toExitWith(0);
    const verify = stepOf(result.stdout, 'verify');
    expect(verify?.verified?.[0]?.checks.map(({ name }) => name)).toContain('service shop-active:81');
    const prove = stepOf(result.stdout, 'prove');
    expect(prove?.requests).toMatchObject({ asked: 1, answered: 1 });
    expect(prove?.notAsked?.join()).toContain('port 81 (admin): no HTTP check asks port 3001');
  });

  test('that is UDP is said not to be asked, and is no failure', async () => {
    await setPorts(namespace, { name: 'dns', port: 53, protocol: 'UDP', targetPort: 5353 });
    const result = await promote();
    expect(result).toExitWith(0);
    expect(result.stderr).toContain(
      'not asked: service "shop-active", port 53/UDP (dns): port-forward takes TCP alone',
    );
    expect(stepOf(result.stdout, 'verify')?.notAsked).toHaveLength(1);
  });
});

describe('an EndpointSlice that somebody made for the active Service', () => {
  const slice = (labels: Record<string, string>) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'by-hand', labels: { 'kubernetes.io/service-name': 'shop-active', ...labels } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 3000, protocol: 'TCP' }],
    endpoints: [{ addresses: ['192.0.2.1'], conditions: { ready: true } }],
  });
  afterEach(() => kubectl('delete', 'endpointslice', 'by-hand', '-n', namespace));

  test.each([
    ['promote', {}, 'has no label endpointslice.kubernetes.io/managed-by'],
    ['rollback', { 'endpointslice.kubernetes.io/managed-by': 'staff' }, 'is managed by "staff"'],
  ])('is refused at once by %s, and named', async (verb, labels, words) => {
    await kubectlWith({ input: JSON.stringify(slice(labels)) }, 'apply', '-n', namespace, '-f', '-');
    const started = performance.now();
    const result = await release.bluegreen(verb, verb === 'promote' ? ['--yes'] : []);
    expect(result).toExitWith(3);
    expect(result.stderr).toContain('endpointslice "by-hand"');
    expect(result.stderr).toContain(words);
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(await release.activeColor()).toBe('blue');
  });
});

test('a program that listens on 127.0.0.1 alone is refused, although it answers through port-forward', async () => {
  const container = '/spec/template/spec/containers/0';
  const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'];
  await patch('deployment/shop-green', namespace, [
    ...probes.map((probe) => ({ op: 'remove', path: `${container}/${probe}` })),
    { op: 'add', path: `${container}/env/-`, value: { name: 'LISTEN', value: '127.0.0.1' } },
  ]);
  await rolledOut(namespace, 'green');
  expect(await refusal()).toMatch(
    /pod "shop-green-\S+" answers on port 3000 through port-forward, but not at its own address \(connect: connection refused\)/,
  );
  await setEnvironment(namespace, 'green', 'LISTEN-');
  const result = await promote();
  expect(result).toExitWith(0);
  await backToBlue();
});
