import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Service } from '../../plugin/core/kubernetes.js';
import { lastOperation } from '../../plugin/plan/operation.js';
import { percentile } from '../bench/statistics.js';
import { getJson, kubectl } from '../e2e/support/cluster.js';
import { createRelease, SPEC, type TestRelease } from '../e2e/support/release.js';
import type { LoadReport } from '../load/load.js';
import { type Load, startServiceLoad } from '../load/start.js';
import { recordFigure } from './support/figures.js';
import { createWarmRelease } from './support/scenarios.js';
import { rounds } from './support/soak.js';

jest.setTimeout(rounds(1_000_000, 7_500_000));

const SWITCHES = rounds(50, 500);
/** Of each kind of connection. */
const REQUESTS = rounds(100_000, 1_000_000);
const LOAD = { clients: 16, pauseMs: 2, maxRequests: REQUESTS * 10, maxSeconds: rounds(900, 7200) };

let release: TestRelease;
let load: Load | undefined;

beforeAll(async () => {
  release = await createWarmRelease('traffic');
});
afterAll(async () => {
  await load?.stop();
  await release?.remove();
});

const startLoad = async ({ namespace } = release) => {
  load = await startServiceLoad(namespace, 'shop-active', LOAD);
  return load;
};
const stopLoad = async (): Promise<LoadReport> => {
  if (load === undefined) throw new Error('there is no load');
  const report = await load.stop();
  load = undefined;
  return report;
};

interface Moved {
  readonly from: string;
  readonly to: string;
  /** When the patch was about to be sent, in milliseconds since 1970. */
  readonly at: number;
}

async function switchUnderLoad(verb: 'promote' | 'rollback'): Promise<Moved> {
  const from = await release.activeColor();
  const to = from === 'blue' ? 'green' : 'blue';
  const args = [`--to=${to}`, ...(verb === 'promote' ? ['--yes'] : [])];
  const { exitCode, stderr } = await release.bluegreen(verb, args);
  expect({ exitCode, stderr }).toExitWith(0);
  const service = await getJson<Service>('service', 'shop-active', '-n', release.namespace);
  return { from, to, at: Date.parse(lastOperation(service)?.at ?? '') };
}

/** Milliseconds from just before the patch until the old color's last answer on a new connection; asked before the next switch. */
const untilLastAnswer = ({ from, at }: Moved, { last }: LoadReport) =>
  Math.max(0, (last.newConnections[from] ?? 0) - at);

test(`${SWITCHES} switches under load lose no request, and neither does the cleanup after them`, async () => {
  const running = await startLoad();
  const times: number[] = [];
  let report = await running.report();
  while (times.length < SWITCHES || report.keepAlive < REQUESTS || report.newConnections < REQUESTS) {
    const moved = await switchUnderLoad(times.length % 2 ? 'rollback' : 'promote');
    // The next switch could take one back that no client has seen yet.
    report = await running.served(moved.to, moved.at);
    times.push(untilLastAnswer(moved, report));
  }
  const { exitCode, stderr } = await release.bluegreen('cleanup');
  expect({ exitCode, stderr }).toExitWith(0);
  const drained = [
    'wait',
    'pod',
    '-n',
    release.namespace,
    '--for=delete',
    '--timeout=60s',
    '-l',
    `version=${await idle()}`,
  ];
  await kubectl(...drained);
  const { keepAlive, newConnections, failed, failures } = await stopLoad();
  const of = (share: number) => `${percentile(times, share).toFixed(0)} ms`;
  recordFigure('traffic', {
    place: 5,
    promise: `no request fails in ${times.length} switches and the cleanup after them`,
    tried: keepAlive + newConnections,
    held: keepAlive + newConnections - failed,
    unit: 'requests',
    also: `${newConnections} on new connections; from the patch to the old color's last answer on a new connection: ${of(0.5)} (median), ${of(0.99)} (p99)`,
  });
  expect({ failed, failures }).toEqual({ failed: 0, failures: [] });
  expect(Math.min(keepAlive, newConnections)).toBeGreaterThanOrEqual(REQUESTS);
});

const idle = async () => ((await release.activeColor()) === 'blue' ? 'green' : 'blue');

/** A round loses a request when a kept connection has one under way as its Pod ends: most do. */
const MOST_ROUNDS = 10;
/** Nothing waits for requests under way. */
const HASTY = {
  env: { ...SPEC.env, FAULTS: 'process=ignore-term' },
  preStopSeconds: 0,
  terminationGracePeriodSeconds: 1,
};

test('the same load notices a switch whose old Pods are ended at once', async () => {
  const hasty = await createRelease('hasty', HASTY);
  try {
    await hasty.install();
    await startLoad(hasty);
    let failed = 0;
    for (let round = 0; failed === 0 && round < MOST_ROUNDS; round++) {
      const [from, to] = round % 2 ? ['green', 'blue'] : ['blue', 'green'];
      const patch = `--patch={"spec":{"selector":{"version":"${to}"}}}`;
      await kubectl('patch', 'service', 'shop-active', '-n', hasty.namespace, patch);
      await kubectl('scale', `deployment/shop-${from}`, '-n', hasty.namespace, '--replicas=0');
      await kubectl('wait', 'pod', '-n', hasty.namespace, '-l', `version=${from}`, '--for=delete', '--timeout=60s');
      failed = (await load?.report())?.failed ?? 0;
      await kubectl('scale', `deployment/shop-${from}`, '-n', hasty.namespace, '--replicas=2');
      await kubectl('rollout', 'status', `deployment/shop-${from}`, '-n', hasty.namespace, '--timeout=60s');
    }
    expect((await stopLoad()).failed).toBeGreaterThan(0);
  } finally {
    await hasty.remove();
  }
});
