import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { kubectl } from '../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { endAll, type Running, start } from '../e2e/support/running.js';
import { counter } from './support/counted.js';
import type { Exchange, Fault } from './support/faults.js';
import { type FaultyServer, startFaultyServer } from './support/faulty-server.js';

jest.setTimeout(180_000);

/** Ends well after some seconds. */
const SLOW = { command: ['/bin/sleep', '8'] };
const ENDED: Fault = { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body: '' };
const TOO_OLD: Fault = {
  ...ENDED,
  body: `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })}\n`,
};

const count = counter('watches', {
  place: 1,
  promise: 'watches that the server ends at once, or breaks: the run goes on, and asks for few of them',
  unit: 'runs',
});

let release: TestRelease;
let server: FaultyServer;

beforeAll(async () => {
  release = await createRelease('watches', { replicas: 1, migrations: SLOW });
  server = await startFaultyServer();
  await release.install();
});
afterEach(endAll);
afterAll(async () => {
  await server?.stop();
  await release?.remove();
});

const isWatch = ({ path }: Exchange) => path.includes('watch=true');
const watches = () => server.exchanges.filter(isWatch);

function begin(verb: string, ...args: string[]): Running {
  return start(['kubectl', 'bluegreen', verb, 'shop', '-n', release.namespace, ...args], server.env);
}

let versions = 0;
/** A version that was not there before, so that its migrations run. */
const next = () => `--version=v0.${versions++ % 2 === 0 ? 2 : 1}.0`;
const deleteJobs = () => kubectl('delete', 'jobs', '--all', '-n', release.namespace);

test.each<[string, Fault]>([
  ['ends at once', ENDED],
  ['calls too old', TOO_OLD],
])('where the server %s every watch, a deploy with migrations is done, and asks for few of them', (_, fault) =>
  count(async () => {
    await deleteJobs();
    server.interfere({ fault: (exchange) => (isWatch(exchange) ? fault : undefined) });
    const started = performance.now();
    const run = begin('deploy', next());
    const exitCode = await run.ended();
    const seconds = (performance.now() - started) / 1000;
    expect({ exitCode, stderr: run.err() }).toExitWith(0);
    expect(run.err()).toContain('is complete');
    // Two are asked for the Job, three for the Pods: each ten times in the first seconds, then every five.
    expect(watches().length).toBeLessThan(50 + 5 * seconds);
  }),
);

test.each(['jobs', 'pods'])('migrations go on when the watch of %s breaks while the Job runs', (plural) =>
  count(async () => {
    await deleteJobs();
    let broken = 0;
    server.interfere({
      fault: (exchange) =>
        isWatch(exchange) && exchange.path.includes(`/${plural}?`) && broken++ < 2
          ? { kind: 'reset', when: 'after' }
          : undefined,
    });
    const run = begin('deploy', next());
    expect({ exitCode: await run.ended(), stderr: run.err() }).toExitWith(0);
    expect(run.err()).toMatch(/warning: .*: the wait for the Job goes on when the server is back/);
    expect(run.err()).toContain('is complete');
    expect(broken).toBeGreaterThan(2);
  }),
);

test('status --watch shows a change where the server ends every watch at once', () =>
  count(async () => {
    server.interfere({ fault: (exchange) => (isWatch(exchange) ? ENDED : undefined) });
    const run = begin('status', '--watch');
    await run.until('the release', (out) => out.includes('shop'));
    const before = run.out();
    await kubectl('annotate', 'deployment/shop-blue', '-n', release.namespace, 'seen=true');
    await kubectl('scale', 'deployment/shop-green', '-n', release.namespace, '--replicas=2');
    await run.until('another replica', (out) => out.length > before.length && /\b2\b/.test(out.slice(before.length)));
    expect(await run.end('SIGINT')).toBe(130);
    // Five collections are followed.
    expect(watches().length).toBeLessThan(100);
  }));
