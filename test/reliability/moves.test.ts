import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Color, otherColor } from '../../charts/names.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { endAll } from '../e2e/support/running.js';
import { APPLIED } from './moves/applied.js';
import { type Case, type Cases, type Colors, SOAK } from './moves/case.js';
import { DEPLOYMENT } from './moves/deployment.js';
import { EVICTIONS } from './moves/evictions.js';
import { CRASHES, READINESS } from './moves/health.js';
import { SCALING } from './moves/scaling.js';
import { SELECTOR } from './moves/selector.js';
import { type FaultyServer, startFaultyServer } from './support/faulty-server.js';
import { recordFigure } from './support/figures.js';
import { disturb } from './support/moments.js';
import { settle } from './support/moves.js';

// Of all lanes: a test may wait for those before it.
jest.setTimeout(600_000);

/** What each lane takes next: the longest first. */
const KINDS: readonly (readonly [string, Cases])[] = [
  ['somebody edits the Deployment', DEPLOYMENT],
  ['somebody or an autoscaler scales', SCALING],
  ['a container crashes', CRASHES],
  ['a Pod is evicted', EVICTIONS],
  ['somebody edits the selector', SELECTOR],
  ['another field manager applies', APPLIED],
  ['readiness flaps after verification', READINESS],
];

/** Most of the time goes by in waiting for Pods: several releases at once wait together. */
const LANES = 3;

/** Long enough that a Pod that was evicted is surely not replaced while the plugin looks once more. */
const SLOW_START = { startupProbe: { periodSeconds: 1, initialDelaySeconds: 3 }, preStopSeconds: 2 };

interface Lane {
  readonly release: TestRelease;
  readonly server: FaultyServer;
}

const figure = { tried: 0, held: 0 };
const lanes: Lane[] = [];
const held = new Map<Case, Promise<void>>();

async function openLane(): Promise<void> {
  const lane = { server: await startFaultyServer(), release: await createRelease('moves', SLOW_START) };
  lanes.push(lane);
  const { exitCode, stderr } = await lane.release.bluegreen('deploy', ['-f', lane.release.dist]);
  expect({ exitCode, stderr }).toExitWith(0);
}

beforeAll(async () => {
  await Promise.all(Array.from({ length: LANES }, openLane));
  const free = [...lanes];
  const waiting: ((lane: Lane) => void)[] = [];
  const take = async () => free.pop() ?? (await new Promise<Lane>((resolve) => waiting.push(resolve)));
  const giveBack = (lane: Lane) => {
    const next = waiting.shift();
    if (next) next(lane);
    else free.push(lane);
  };
  for (const [, cases] of KINDS) {
    const lane = take();
    let before: Promise<unknown> = lane;
    for (const one of Object.values(cases)) {
      const result = before.then(async () => hold(await lane, one));
      held.set(one, result);
      before = result.catch(() => undefined);
    }
    void before.then(async () => giveBack(await lane));
  }
});

afterAll(async () => {
  await Promise.allSettled(held.values());
  endAll();
  await Promise.all(lanes.flatMap(({ server, release }) => [server.stop(), release.remove()]));
  const promise =
    'The cluster moves under a run: it refuses, rolls back or carries on, says why, and a rerun converges';
  recordFigure('moves', { place: 4, promise, ...figure, unit: 'moves' });
});

async function requireVerified({ release }: Lane, color: Color): Promise<void> {
  expect(await release.activeColor()).toBe(color);
  const { exitCode, stderr } = await release.bluegreen('verify', [color]);
  expect({ exitCode, stderr }).toExitWith(0);
}

async function hold(lane: Lane, one: Case): Promise<void> {
  const { release, server } = lane;
  const { namespace } = release;
  await settle(namespace);
  const from = (await release.activeColor()) as Color;
  const colors: Colors = { from, to: otherColor(from), namespace, dist: release.dist };
  figure.tried += 1;
  const { exitCode, stderr } = await disturb(server, release, one.run(colors), one.at, () => one.move(colors));
  expect({ exitCode, stderr }).toMatchObject({ exitCode: one.exitCode });
  for (const words of one.says) expect(stderr).toMatch(words);
  expect(await release.activeColor()).toBe(colors[one.traffic]);
  await one.mend?.(colors);
  await settle(namespace);
  await requireVerified(lane, colors[one.traffic]);

  const [verb, ...args] = (one.again ?? one.run)(colors);
  const rerun = await release.bluegreen(verb, args.map(withoutSoak), { input: 'yes\n' });
  expect(rerun).toExitWith(0);
  await requireVerified(lane, colors[one.converges ?? 'to']);
  figure.held += 1;
}

/** What moved does not move again. */
const withoutSoak = (arg: string) => (arg === SOAK ? '--soak=0s' : arg);

describe.each(KINDS)('%s', (_, cases) => {
  test.each(Object.entries(cases))('%s', async (_name, one) => await held.get(one));
});
