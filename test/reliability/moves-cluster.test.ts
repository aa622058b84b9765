import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Color, otherColor } from '../../charts/names.js';
import { until } from '../cluster/wait.js';
import { getJson, kubectl } from '../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { endAll } from '../e2e/support/running.js';
import { type FaultyServer, startFaultyServer } from './support/faulty-server.js';
import { recordFigure } from './support/figures.js';
import { disturb, type Moment } from './support/moments.js';
import { settle } from './support/moves.js';

jest.setTimeout(300_000);

let server: FaultyServer;
const figure = { tried: 0, held: 0 };

beforeAll(async () => {
  server = await startFaultyServer();
});
afterAll(async () => {
  endAll();
  await server?.stop();
  const promise = 'Nodes are cordoned and the namespace is deleted under a run: it carries on or refuses, and says why';
  recordFigure('moves-cluster', { place: 4, promise, ...figure, unit: 'moves' });
});

async function install(purpose: string): Promise<TestRelease> {
  const release = await createRelease(purpose);
  const { exitCode, stderr } = await release.bluegreen('deploy', ['-f', release.dist]);
  expect({ exitCode, stderr }).toExitWith(0);
  await settle(release.namespace);
  return release;
}

describe('every node is cordoned', () => {
  let release: TestRelease;
  beforeAll(async () => {
    release = await install('cordon');
  });
  afterAll(() => release?.remove());

  const nodes = async () => (await kubectl('get', 'nodes', '-o', 'name')).trim().split('\n');
  const cordon = async () => kubectl('cordon', ...(await nodes()));
  const uncordon = async () => kubectl('uncordon', ...(await nodes()));
  // Whatever a test came to: other Pods of this cluster wait.
  afterEach(uncordon);

  test.each<[string, (to: Color) => [string, ...string[]], Moment]>([
    ['while the question is open', (to) => ['promote', `--to=${to}`], 'question'],
    ['during the watch', (to) => ['promote', `--to=${to}`, '--yes', '--soak=3s'], 'watch'],
    ['during a rollback', (to) => ['rollback', `--to=${to}`], 'before the switch'],
  ])('%s: Pods that are ready serve on', async (_, args, moment) => {
    const to = otherColor((await release.activeColor()) as Color);
    await settle(release.namespace);
    figure.tried += 1;
    const { exitCode, stderr } = await disturb(server, release, args(to), moment, cordon);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(await release.activeColor()).toBe(to);
    figure.held += 1;
  });

  test('before new Pods are placed: refused with the words of the scheduler, and promoted once there is room', async () => {
    const from = (await release.activeColor()) as Color;
    const promote = ['--version=v0.2.0', '--yes', `--to=${otherColor(from)}`, '--timeout=10s'];
    await settle(release.namespace);
    figure.tried += 1;
    await cordon();
    const { exitCode, stderr } = await release.bluegreen('promote', promote);
    expect({ exitCode, stderr }).toExitWith(3);
    expect(stderr).toMatch(
      /"shop-\w+" is not ready: 0 of 2 replicas are ready: 0\/\d+ nodes are available: .*unschedulable/,
    );
    expect(await release.activeColor()).toBe(from);
    await uncordon();
    const rerun = await release.bluegreen('promote', ['--version=v0.2.0', '--yes', `--to=${otherColor(from)}`]);
    expect(rerun).toExitWith(0);
    expect(await release.activeColor()).toBe(otherColor(from));
    figure.held += 1;
  });
});

describe('the namespace is deleted', () => {
  /** Until nothing serves there any more. */
  const remove = async ({ namespace }: TestRelease) => {
    await kubectl('delete', 'namespace', namespace, '--wait=false');
    const gone = async () => {
      const { items } = await getJson<{ items: unknown[] }>('deployments', '-n', namespace);
      return items.length === 0 ? true : undefined;
    };
    await until(gone, { what: `the Deployments of ${namespace} to be gone`, timeoutMs: 60_000 });
  };

  test.each<[Moment, string[], number, RegExp]>([
    // Nothing can be made again in a namespace that is being deleted.
    ['wait', ['--version=v0.2.0', '--yes'], 8, /deployment "shop-green" was deleted meanwhile/],
    ['question', [], 3, /services "shop-active" not found|deployments.apps "shop-green" not found/],
    ['watch', ['--yes', '--soak=120s'], 5, /traffic was switched to green, but: /],
  ])('at the moment "%s"', async (moment, args, code, words) => {
    const release = await install('ending');
    figure.tried += 1;
    const { exitCode, stderr } = await disturb(server, release, ['promote', ...args], moment, () => remove(release));
    expect({ exitCode, stderr }).toMatchObject({ exitCode: code });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(
      /warning: namespace "e2e-ending-\S+" (is being deleted since \S+|was deleted), and everything in it/,
    );
    await release.remove().catch(() => undefined);
    figure.held += 1;
  });

  test('before a run, which begins with its Lease', async () => {
    const release = await install('ended');
    figure.tried += 1;
    // A finalizer keeps it as it is: on its way out.
    await kubectl('create', 'configmap', 'keeper', '-n', release.namespace);
    await kubectl('patch', 'configmap', 'keeper', '-n', release.namespace, '-p', finalizers(['example.com/keep']));
    try {
      await remove(release);
      const { exitCode, stderr } = await release.bluegreen('promote', ['--yes']);
      expect({ exitCode, stderr }).toExitWith(3);
      expect(stderr).toMatch(/namespace e2e-ended-\S+ because it is being terminated/);
      figure.held += 1;
    } finally {
      await kubectl('patch', 'configmap', 'keeper', '-n', release.namespace, '-p', finalizers([]));
    }
  });
});

const finalizers = (names: string[]) => JSON.stringify({ metadata: { finalizers: names } });
