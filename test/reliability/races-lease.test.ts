import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { PROCESS_ANNOTATION } from '../../charts/names.js';
import type { Deployment, Lease, Service } from '../../plugin/core/kubernetes.js';
import { until } from '../cluster/wait.js';
import { getJson, kubectl } from '../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { endAll, type Running, startBluegreen } from '../e2e/support/running.js';
import { recordFigure } from './support/figures.js';

jest.setTimeout(300_000);

let release: TestRelease;

beforeAll(async () => {
  release = await createRelease('lease', { replicas: 1 });
  await release.install();
});
afterAll(async () => {
  endAll();
  await release?.remove();
});

const lease = () => getJson<Lease>('lease', 'shop-bluegreen', '-n', release.namespace);

/** Makes the Lease one of another machine, from which nobody here can tell whether its holder lives. */
const moveAway = () =>
  kubectl('annotate', 'lease', 'shop-bluegreen', '-n', release.namespace, `${PROCESS_ANNOTATION}-`);

/** A promotion that holds the Lease and has come to its question, after the color is deployed and verified. */
async function startAsking(...args: string[]): Promise<Running> {
  const run = startBluegreen('promote', 'shop', '-n', release.namespace, ...args);
  const asks = async () => (run.err().includes('move traffic of shop') ? true : undefined);
  await until(asks, { what: 'the question', timeoutMs: 120_000 }).catch((cause) => {
    throw new Error(run.err(), { cause });
  });
  return run;
}

/** Runs until it is not refused for the Lease any more. @returns what the refusals said, and the last result */
async function untilTakenOver(verb: string, args: readonly string[]) {
  const refusals: string[] = [];
  for (;;) {
    const result = await release.bluegreen(verb, args);
    if (result.exitCode !== 4) return { refusals, result };
    refusals.push(result.stderr);
  }
}

const REFUSAL =
  /error: \S+ \(\S+\) is at work on shop since \S+: wait until it ends; if it is dead, its lease ends in (\d+)s/;

test('a Lease of a dead holder elsewhere refuses the next run for as long as it says, and is then taken over', async () => {
  const run = await startAsking();
  await moveAway();
  const { spec } = await lease();
  await run.end('SIGKILL');
  const { refusals, result } = await untilTakenOver('deploy', []);
  expect({ result, refusals: refusals.length > 0 }).toMatchObject({ result: { exitCode: 0 }, refusals: true });
  for (const refusal of refusals) {
    expect(refusal).toMatch(REFUSAL);
    expect(refusal).toContain(spec.holderIdentity);
    expect(Number(REFUSAL.exec(refusal)?.[1])).toBeLessThanOrEqual(15);
  }
});

test('a Lease whose holder has a clock hours ahead is taken over when it is not renewed in its time', async () => {
  const run = await startAsking();
  await moveAway();
  await run.end('SIGKILL');
  const ahead = new Date(Date.now() + 4 * 3600 * 1000).toISOString().replace('Z', '000Z');
  const patch = JSON.stringify({ spec: { renewTime: ahead } });
  await kubectl('patch', 'lease', 'shop-bluegreen', '-n', release.namespace, '--type=merge', '-p', patch);
  const { exitCode, stderr } = await release.bluegreen('deploy');
  expect({ exitCode, stderr }).toExitWith(0);
  expect(stderr).toMatch(/the clock of \S+ \(\S+\) is ahead: looking for 15s whether it is at work/);
});

interface Observed {
  readonly color: string | undefined;
  readonly images: Record<string, string | undefined>;
}

async function seen(): Promise<Observed> {
  const service = await getJson<Service>('service', 'shop-active', '-n', release.namespace);
  const imageOf = async (color: string) =>
    (await getJson<Deployment>('deployment', `shop-${color}`, '-n', release.namespace)).spec.template.spec.containers[0]
      ?.image;
  return {
    color: service.spec.selector?.version,
    images: { blue: await imageOf('blue'), green: await imageOf('green') },
  };
}

/** Suspends a run until somebody else has taken its Lease over and done something, then lets it go on. @returns what that did */
async function overtake(run: Running, verb: string, args: readonly string[]) {
  run.signal('SIGSTOP');
  await moveAway();
  const { result, refusals } = await untilTakenOver(verb, args);
  expect({ result, refusals: refusals.length > 0 }).toMatchObject({ result: { exitCode: 0 }, refusals: true });
  const before = await seen();
  run.signal('SIGCONT');
  return before;
}

test('a run that was suspended past its Lease loses to what was done meanwhile, and changes nothing', async () => {
  const outcomes: [string, unknown, unknown][] = [];

  const promoting = await startAsking();
  const afterPromote = await overtake(promoting, 'promote', ['--yes']);
  promoting.type('yes\n');
  const lost = await promoting.ended();
  outcomes.push(['promote against promote', [lost, await seen()], [4, afterPromote]]);
  expect(promoting.err()).toMatch(
    /error: service "shop-active" was switched to \w+ by \S+ \(promote \S+ at \S+\) before/,
  );

  const stale = await startAsking();
  const afterDeploy = await overtake(stale, 'deploy', ['--version=v0.2.0']);
  stale.type('yes\n');
  const refused = await stale.ended();
  outcomes.push(['promote against deploy', [refused, await seen()], [4, afterDeploy]]);
  expect(stale.err()).toMatch(
    /the Pod template of deployment "shop-\w+" was changed by bluegreen at \S+ since this run began/,
  );

  // Its Pods never get ready: it waits, and would put the color back in the end.
  const deploying = startBluegreen('deploy', 'shop', '-n', release.namespace, '--version=v0.4.0', '--timeout=60s');
  const waits = async () => (deploying.err().includes('• wait until every Pod') ? true : undefined);
  await until(waits, { what: 'the deploy to wait', timeoutMs: 120_000 });
  const afterRepair = await overtake(deploying, 'promote', ['--yes', '--version=v0.2.0']);
  const exitCode = await deploying.ended();
  outcomes.push(['deploy against promote', [exitCode === 0, await seen()], [false, afterRepair]]);

  const held = outcomes.filter(([, actual, wanted]) => JSON.stringify(actual) === JSON.stringify(wanted)).length;
  recordFigure('races-suspended', {
    place: 2,
    promise: 'a run suspended past its Lease (SIGSTOP) and continued after another took over changes nothing',
    tried: outcomes.length,
    held,
    unit: 'runs',
  });
  for (const [what, actual, wanted] of outcomes) expect([what, actual]).toEqual([what, wanted]);
});
