import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { Lease } from '../../plugin/core/kubernetes.js';
import { until } from '../cluster/wait.js';
import { getJson, kubectl } from '../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { endAll, type Running, start } from '../e2e/support/running.js';
import type { Exchange, Fault } from './support/faults.js';
import { type FaultyServer, startFaultyServer } from './support/faulty-server.js';
import { recordFigure } from './support/figures.js';

jest.setTimeout(120_000);

let release: TestRelease;
let server: FaultyServer;
let tried = 0;
let held = 0;

beforeAll(async () => {
  release = await createRelease('renewals', { replicas: 1 });
  server = await startFaultyServer();
  await release.install();
});
afterEach(endAll);
afterAll(async () => {
  recordFigure('lease-renewals', {
    place: 2,
    promise: 'a renewal of the Lease that is not answered: the Lease goes on, and a second promoter is told',
    ...{ tried, held, unit: 'runs' },
  });
  await server?.stop();
  await release?.remove();
});

const lease = () => getJson<Lease>('lease', 'shop-bluegreen', '-n', release.namespace);
const isRenewal = ({ method, path, body }: Exchange) =>
  method === 'PATCH' && path.includes('/leases/shop-bluegreen') && body.includes('renewTime');

/** A promotion that holds the Lease and has come to its question. */
async function startAsking(fault: (renewal: number) => Fault | undefined): Promise<Running> {
  let renewals = 0;
  server.interfere({ fault: (exchange) => (isRenewal(exchange) ? fault(++renewals) : undefined) });
  const run = start(['kubectl', 'bluegreen', 'promote', 'shop', '-n', release.namespace], server.env);
  await run.until('the question', () => run.err().includes('move traffic of shop'));
  return run;
}

const RESET_AFTER: Fault = { kind: 'reset', when: 'after' };
const RESET_BEFORE: Fault = { kind: 'reset', when: 'before' };
const STALL_AFTER: Fault = { kind: 'stall', when: 'after' };
const STALL_BEFORE: Fault = { kind: 'stall', when: 'before' };

test.each<[string, (renewal: number) => Fault | undefined]>([
  ['the answer of the first one is lost', (renewal) => (renewal === 1 ? RESET_AFTER : undefined)],
  ['the answer of every second one is lost', (renewal) => (renewal % 2 === 1 ? RESET_AFTER : undefined)],
  ['every second one does not reach the server', (renewal) => (renewal % 2 === 1 ? RESET_BEFORE : undefined)],
  ['every second one is answered never, though done', (renewal) => (renewal % 2 === 1 ? STALL_AFTER : undefined)],
  ['every second one gets lost on the way', (renewal) => (renewal % 2 === 1 ? STALL_BEFORE : undefined)],
])('a Lease whose renewals fail lives on, and is gone at the end: %s', async (_, fault) => {
  tried++;
  const run = await startAsking(fault);
  const before = (await lease()).spec.renewTime ?? '';
  // Longer than a Lease lasts that is not renewed.
  const renewed = async () => {
    const { renewTime = '' } = (await lease()).spec;
    return Date.parse(renewTime) - Date.parse(before) > 18_000 ? true : undefined;
  };
  await until(renewed, { what: 'a renewal that is 18 s younger', timeoutMs: 60_000 });
  const second = await release.bluegreen('deploy');
  expect(second).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('is at work on shop since') });
  run.type('no\n');
  expect(await run.ended()).toBe(3);
  expect(run.err()).not.toContain('lease "shop-bluegreen"');
  expect(await kubectl('get', 'leases', '-n', release.namespace, '-o', 'name')).toBe('');
  held++;
});

test('a run whose Lease was taken over says so once, and leaves it to the other', async () => {
  const run = await startAsking(() => undefined);
  const other = { spec: { holderIdentity: 'eve@ci (op-9)' } };
  await kubectl(
    'patch',
    'lease',
    'shop-bluegreen',
    '-n',
    release.namespace,
    '--type=merge',
    '-p',
    JSON.stringify(other),
  );
  const words = 'warning: lease "shop-bluegreen" was taken over by eve@ci (op-9): this run goes on';
  await run.until('that it lost its Lease', () => run.err().includes(words));
  // Time for another renewal, which there must be none of.
  await sleep(6000);
  expect(run.err().split('lease "shop-bluegreen"')).toHaveLength(2);
  run.type('no\n');
  expect(await run.ended()).toBe(3);
  expect((await lease()).spec.holderIdentity).toBe('eve@ci (op-9)');
  await kubectl('delete', 'lease', 'shop-bluegreen', '-n', release.namespace);
});
