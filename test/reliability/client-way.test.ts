import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ServicePort } from '../../plugin/core/kubernetes.js';
import { until } from '../cluster/wait.js';
import { kubectl, kubectlWith } from '../e2e/support/cluster.js';
import { setEnvironment, setPorts } from '../e2e/support/live.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { recordFigure } from './support/figures.js';

jest.setTimeout(120_000);

let release: TestRelease;
let namespace: string;
let tried = 0;
let held = 0;

beforeAll(async () => {
  release = await createRelease('client-way', { replicas: 1 });
  namespace = release.namespace;
  await release.install();
  // The color that has the traffic listens on more ports than the one that is to get it.
  await setEnvironment(namespace, 'blue', 'MORE_PORTS=3001');
});
afterAll(async () => {
  recordFigure('client-way', {
    place: 2,
    promise:
      'a switch that would lead to a port that does not answer is refused; one that is not answers through the Service',
    ...{ tried, held, unit: 'switches' },
  });
  await release?.remove();
});

const apply = (object: object) => kubectlWith({ input: JSON.stringify(object) }, 'apply', '-n', namespace, '-f', '-');

const withPort = (port: ServicePort) => ({
  begin: () => setPorts(namespace, port),
  end: () => setPorts(namespace),
});
const withObject = (object: { kind: string; metadata: { name: string; labels?: object } }) => ({
  begin: () => apply(object),
  end: () => kubectl('delete', object.kind, object.metadata.name, '-n', namespace),
});
const policy = (ingress: readonly object[]) =>
  withObject({
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'narrow' } },
    ...{ spec: { podSelector: { matchLabels: { version: 'green' } }, policyTypes: ['Ingress'], ingress } },
  });
const handMade = withObject({
  ...{
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 3000 }],
  },
  ...{ metadata: { name: 'by-hand', labels: { 'kubernetes.io/service-name': 'shop-active' } } },
  ...{ endpoints: [{ addresses: ['192.0.2.1'] }] },
});

const SITUATIONS = {
  'a name that no container has': withPort({ name: 'admin', port: 81, targetPort: 'admin' }),
  'a name of another protocol': withPort({ name: 'admin', port: 81, protocol: 'UDP', targetPort: 'http' }),
  'a number that the new color does not listen on': withPort({ name: 'admin', port: 81, targetPort: 3001 }),
  'a port that a NetworkPolicy closes': policy([{ ports: [{ port: 80 }] }]),
  'an EndpointSlice of others': handMade,
};
const WAYS = [
  ['promote', '--yes'],
  ['promote', '--yes', '--switch=overlap', '--overlap=0s'],
  ['rollback'],
  ['rollback', '--switch=overlap', '--overlap=0s'],
] as const;

const run = ([verb, ...args]: readonly [string, ...string[]]) =>
  release.bluegreen(verb, [...args, '--check-retries=1']);

describe.each(Object.entries(SITUATIONS))('%s', (_, { begin, end }) => {
  beforeAll(async () => {
    await begin();
  });
  afterAll(async () => {
    await end();
  });

  test.each(WAYS.map((way) => [way.join(' '), way] as const))('refuses %s, and traffic stays', async (_words, way) => {
    tried++;
    const before = await release.fingerprint();
    expect(await run(way)).toExitWith(3);
    expect(await release.fingerprint()).toEqual(before);
    expect(await throughService()).toMatchObject({ color: 'blue' });
    held++;
  });
});

describe('without any of them', () => {
  test.each(WAYS.map((way) => [way.join(' '), way] as const))('%s leads to the other color', async (_words, way) => {
    tried++;
    const color = (await release.activeColor()) === 'blue' ? 'green' : 'blue';
    expect(await run(way)).toExitWith(0);
    // The API server itself may hear of the switch some milliseconds late.
    const isThere = async () => ((await throughService()).color === color ? true : undefined);
    await until(isThere, { what: `${color} to answer through the Service`, timeoutMs: 5000 });
    held++;
  });
});

/** What a request through the active Service is answered with. */
async function throughService(): Promise<{ color?: string }> {
  const answer = await kubectl('get', '--raw', `/api/v1/namespaces/${namespace}/services/shop-active:http/proxy/shop`);
  return JSON.parse(answer) as { color?: string };
}
