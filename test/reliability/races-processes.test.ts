import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { connectApi } from '../../plugin/kube/api.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { type SharedProxy, startSharedProxy } from './races/api.js';
import { recordSwitches, type SwitchRecorder } from './races/switches.js';
import { recordFigure } from './support/figures.js';
import { rounds } from './support/soak.js';

const SIZES =
  rounds(1, 10) === 1 ? [2, 3, 4, 6, 2, 3, 4, 16] : Array.from({ length: 60 }, (_, index) => 2 + (index % 15));

jest.setTimeout(SIZES.length * 60_000);

let release: TestRelease;
let proxy: SharedProxy;
let recorder: SwitchRecorder;

beforeAll(async () => {
  release = await createRelease('processes', { replicas: 1 });
  await release.install();
  proxy = await startSharedProxy();
  recorder = await recordSwitches(connectApi(proxy.http, 30_000), release.namespace);
});
afterAll(async () => {
  await recorder?.stop();
  proxy?.stop();
  await release?.remove();
});

/** Promotions and rollbacks of one color, at once; who finds traffic there has nothing left to do. */
async function faultsOfRound(size: number, to: string): Promise<string[]> {
  const racers = Array.from({ length: size }, (_, index) => (index % 3 === 2 ? 'rollback' : 'promote'));
  const results = await Promise.all(
    racers.map((verb) => release.bluegreen(verb, ['--to', to, '-o', 'json', ...(verb === 'promote' ? ['--yes'] : [])])),
  );
  const switches = await recorder.take();
  const [made] = switches;
  const faults = switches.length === 1 && made?.to === to ? [] : [`${switches.length} switches to ${to}`];
  const outcomes = results.map(({ exitCode, stdout, stderr }) => {
    const { operationId = '' } = JSON.parse(stdout || '{}') as { operationId?: string };
    return { exitCode, operationId, stderr };
  });
  const ids = outcomes.map(({ operationId }) => operationId).filter(Boolean);
  if (!outcomes.some(({ exitCode, operationId }) => exitCode === 0 && operationId === made?.operationId))
    faults.push(`nobody who ended with 0 is ${made?.operationId}`);
  for (const { exitCode, operationId, stderr } of outcomes) {
    if (exitCode !== 0 && exitCode !== 4) faults.push(`exit ${exitCode}: ${stderr}`);
    const names = ids.some((id) => id !== operationId && stderr.includes(id));
    if (exitCode === 4 && !names) faults.push(`who lost is not told to whom: ${stderr}`);
  }
  return faults;
}

test(`${SIZES.length} rounds of 2 to 16 processes at once: each round one of them moves traffic`, async () => {
  const faults: string[] = [];
  let held = 0;
  for (const [number, size] of SIZES.entries()) {
    const to = (await release.activeColor()) === 'blue' ? 'green' : 'blue';
    const found = await faultsOfRound(size, to);
    faults.push(...found.map((fault) => `round ${number} of ${size}: ${fault}`));
    held += found.length === 0 ? 1 : 0;
  }
  recordFigure('races-processes', {
    place: 2,
    promise: 'processes at once, of promote and rollback to one color: one moves traffic',
    tried: SIZES.length,
    held,
    unit: 'rounds',
  });
  expect(faults).toEqual([]);
});
