import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { clusterNamed } from '../cluster/cluster.js';
import { existingContext } from '../cluster/existing.js';
import { clusterProcesses, startDetached } from '../cluster/processes.js';
import { up } from '../cluster/up.js';
import { until } from '../cluster/wait.js';
import { kubectl } from '../e2e/support/cluster.js';
import type { TestRelease } from '../e2e/support/release.js';
import { ownTemporaryFolder, removeTemporaryFolder, runThrough } from './support/cut-off.js';
import { type Exchange, shapeOf } from './support/faults.js';
import { recordFigure } from './support/figures.js';
import { createWarmRelease } from './support/scenarios.js';

jest.setTimeout(180_000);

const PROGRAM = 'kube-apiserver';
/** How long it is away: a request that meets it is refused some times in that time. */
const AWAY_MS = 1500;

let release: TestRelease;
let restarting: Promise<void> | undefined;
const figure = { tried: 0, held: 0 };

/** Ends the API server as a crash would, and starts it again as it was. */
async function restart(): Promise<void> {
  const cluster = clusterNamed();
  const running = clusterProcesses(cluster).find(({ argv }) => argv[0]?.endsWith(`/${PROGRAM}`));
  if (!running) throw new Error(`${PROGRAM} does not run`);
  process.kill(running.pid, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
  await startDetached(cluster, PROGRAM, running.argv);
}

const isReady = async () => (await kubectl('get', '--raw', '/readyz').catch(() => '')) === 'ok' || undefined;

/**
 * The others try again in their own time, a minute after some restarts, and take the node for lost meanwhile: what follows
 * is to begin with a cluster that knows what is so. Not the kubelet: one that is started anew takes no Pod for ready at first.
 */
const FOLLOWERS = /\/(kube-controller-manager|kube-scheduler|kube-proxy)$/;

async function settle(): Promise<void> {
  await restarting;
  const cluster = clusterNamed();
  const followers = () => clusterProcesses(cluster).filter(({ argv }) => FOLLOWERS.test(argv[0] ?? ''));
  for (const { pid } of followers()) process.kill(pid, 'SIGKILL');
  await until(async () => followers().length === 0 || undefined, { what: 'them to end', timeoutMs: 20_000 });
  await up();
  await kubectl('wait', 'pods', '--all', '--for=condition=Ready', '--timeout=120s', '-n', release.namespace);
}

beforeAll(async () => {
  if (existingContext() !== undefined) return;
  release = await createWarmRelease('restart');
});
afterEach(async () => {
  if (restarting) await settle();
});
afterAll(async () => {
  if (existingContext() !== undefined) return;
  recordFigure('apiserver-restart', {
    place: 3,
    promise: 'the API server killed and started again in the middle of a run: the run ends as it would have',
    ...{ ...figure, unit: 'restarts' },
  });
  await release?.remove();
});

/** Runs a command, restarts the API server before a request of it, and expects the run to end with 0. */
async function restartAt(argv: string[], isMoment: (exchange: Exchange) => boolean): Promise<string> {
  figure.tried += 1;
  restarting = undefined;
  const folder = ownTemporaryFolder();
  const { exitCode, words } = await runThrough([...argv, '-n', release.namespace], folder, () => ({
    async at(exchange, boundary) {
      if (boundary !== 'before' || restarting || !isMoment(exchange)) return;
      restarting = restart();
      // The run goes on as soon as there is no API server.
      await until(async () => !(await isReady()) || undefined, {
        what: 'the API server to be gone',
        timeoutMs: 20_000,
      });
    },
  }));
  if (exitCode !== 0) throw new Error(`it ended with ${exitCode}: ${words}`);
  expect(restarting).toBeDefined();
  expect(removeTemporaryFolder(folder)).toEqual([]);
  figure.held += 1;
  return words;
}

const otherOf = async () => ((await release.activeColor()) === 'blue' ? 'green' : 'blue');
const onOwnCluster = existingContext() === undefined ? test : test.skip;

onOwnCluster('while a deploy waits for its Pods', async () => {
  const words = await restartAt(['deploy', 'shop', '--version=v0.2.0'], (exchange) =>
    shapeOf(exchange).endsWith('/pods (watch)'),
  );
  expect(words).toContain('the wait goes on when the server is back');
});

onOwnCluster.each([
  ['before its first look', 'GET /api/v1/namespaces/*/services/shop-active'],
  ['between verification and switch', 'GET /apis/discovery.k8s.io/v1/namespaces/*/endpointslices'],
])('%s of a promotion', async (_, shape) => {
  const to = await otherOf();
  await restartAt(['promote', 'shop', '--yes', `--to=${to}`], (exchange) => shapeOf(exchange) === shape);
  expect(await release.activeColor()).toBe(to);
});

onOwnCluster('at the switch itself: nothing is sent twice, and the same command ends it', async () => {
  const to = await otherOf();
  const folder = ownTemporaryFolder();
  figure.tried += 1;
  restarting = undefined;
  const argv = ['promote', 'shop', '--yes', `--to=${to}`, '-n', release.namespace];
  const { exitCode, words, exchanges } = await runThrough(argv, folder, () => ({
    async at(exchange, boundary) {
      if (boundary !== 'before' || restarting || !exchange.body.includes('"selector"')) return;
      restarting = restart();
      await until(async () => !(await isReady()) || undefined, {
        what: 'the API server to be gone',
        timeoutMs: 20_000,
      });
    },
  }));
  expect({ exitCode, words }).toMatchObject({
    exitCode: 3,
    words: expect.stringContaining('the switch was not carried out'),
  });
  expect(exchanges.filter(({ body }) => body.includes('"selector"'))).toHaveLength(1);
  await settle();
  const again = await runThrough(argv, folder);
  if (again.exitCode !== 0) throw new Error(`it ended with ${again.exitCode}: ${again.words}`);
  expect(await release.activeColor()).toBe(to);
  figure.held += 1;
});

onOwnCluster('during the watch after a switch', async () => {
  const to = await otherOf();
  await restartAt(['promote', 'shop', '--yes', `--to=${to}`, '--soak=8s'], (exchange) =>
    shapeOf(exchange).endsWith('/events (watch)'),
  );
  expect(await release.activeColor()).toBe(to);
});
