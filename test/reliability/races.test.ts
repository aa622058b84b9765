import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { connectApi } from '../../plugin/kube/api.js';
import { resourcePath } from '../../plugin/kube/resources.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { randomOf, type SharedProxy, startSharedProxy, withDelays } from './races/api.js';
import { faultsOf } from './races/judge.js';
import { type Finish, gateFor, race, runOf, type Verb } from './races/racer.js';
import { recordSwitches, type SwitchRecorder } from './races/switches.js';
import { recordFigure } from './support/figures.js';
import { rounds, SOAK } from './support/soak.js';

/** BLUEGREEN_SEED plays the rounds of a seed again; in which order requests arrive is up to the machine all the same. */
const SEED = Number(process.env.BLUEGREEN_SEED ?? (SOAK ? Date.now() % 2 ** 31 : 20_261_124));
const ROUNDS = rounds(200, 1000);
const MOST_DELAY_MS = 12;
/** 2 to 16; more of the small ones, since a round takes as long as it has racers. */
const SIZES = [2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 8, 16];

jest.setTimeout(ROUNDS * 6000);

let release: TestRelease;
let proxy: SharedProxy;
let recorder: SwitchRecorder;

beforeAll(async () => {
  release = await createRelease('races', {
    replicas: 1,
    checks: [{ name: 'health', path: '/api/v1/health', timeoutSeconds: 10, retries: 2, intervalSeconds: 1 }],
  });
  await release.install();
  proxy = await startSharedProxy();
  recorder = await recordSwitches(connectApi(proxy.http, 30_000), release.namespace);
});
afterAll(async () => {
  await recorder?.stop();
  proxy?.stop();
  await release?.remove();
});

/**
 * - `together`: no Lease, and all have seen the same color before the first goes on: the guard of the patch is all there is.
 * - `leased`: all ask for the Lease before its holder goes on.
 * - `lost`: as `leased`, and the Lease is deleted while its holder is at work, when the others come again.
 * - `loose`: no Lease, and nobody waits: who comes late may well move traffic on.
 */
type Kind = 'together' | 'leased' | 'lost' | 'loose';
const KINDS: readonly Kind[] = ['together', 'leased', 'loose', 'lost'];

const LEASE = () => resourcePath('Lease', release.namespace, 'shop-bluegreen');
const open = async () => undefined;

function racersOf(number: number, random: () => number) {
  const size = SIZES[Math.floor(random() * SIZES.length)] ?? 2;
  return Array.from({ length: size }, (_, index) => {
    const verb: Verb = random() < 0.5 ? 'promote' : 'rollback';
    const delays = randomOf(1 + Math.floor(random() * 2 ** 30));
    const run = runOf(proxy, release.namespace, `racer-${index}.@round-${number}`, (api) =>
      withDelays(api, delays, MOST_DELAY_MS),
    );
    return { run, verb };
  });
}

async function play(number: number, kind: Kind, random: () => number): Promise<Finish[]> {
  const racers = racersOf(number, random);
  if (kind === 'loose')
    return Promise.all(racers.map(({ run, verb }) => race(run, verb, false, { leased: open, observed: open })));
  if (kind === 'together') {
    const observed = gateFor(racers.length);
    return Promise.all(racers.map(({ run, verb }) => race(run, verb, false, { leased: open, observed })));
  }
  const leased = gateFor(racers.length);
  if (kind === 'leased')
    return Promise.all(racers.map(({ run, verb }) => race(run, verb, true, { leased, observed: open })));
  const [first, ...others] = racers;
  const late = gateFor(racers.length);
  // The first has seen where traffic is when it loses its Lease, and goes on with the others.
  const holder = first && race(first.run, first.verb, true, { leased: open, observed: late });
  await waitForLease();
  await connectApi(proxy.http, 30_000).delete(LEASE());
  const rest = others.map(({ run, verb }) => race(run, verb, false, { leased: open, observed: late }));
  return Promise.all([...(holder ? [holder] : []), ...rest]);
}

async function waitForLease(): Promise<void> {
  const api = connectApi(proxy.http, 30_000);
  while (!(await api.exists(LEASE())));
}

test(`${ROUNDS} rounds of 2 to 16 promotions and rollbacks at once (seed ${SEED}): each switch has one winner`, async () => {
  const random = randomOf(SEED);
  const faults: string[] = [];
  let [held, runs, switches, lost, movedOn] = [0, 0, 0, 0, 0];
  for (let number = 0; number < ROUNDS; number++) {
    const kind = KINDS[number % KINDS.length] ?? 'together';
    const finishes = await play(number, kind, random);
    const made = await recorder.take();
    const found = faultsOf(made, finishes, kind !== 'loose').map((fault) => `round ${number} (${kind}): ${fault}`);
    faults.push(...found);
    held += found.length === 0 ? 1 : 0;
    runs += finishes.length;
    switches += made.length;
    lost += finishes.filter(({ exitCode }) => exitCode === 4).length;
    movedOn += finishes.filter(({ exitCode }) => exitCode === 5).length;
  }
  recordFigure('races', {
    place: 2,
    promise: 'promotions and rollbacks at once: one winner for each switch, and every loser says who',
    tried: ROUNDS,
    held,
    unit: 'rounds',
    also: `${runs} runs, ${switches} switches, ${lost} lost with exit 4, ${movedOn} were told that traffic was moved on; seed ${SEED}`,
  });
  expect({ seed: SEED, faults }).toEqual({ seed: SEED, faults: [] });
  expect(lost).toBeGreaterThan(runs / 4);
});
