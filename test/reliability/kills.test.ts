import { expect, jest, test } from '@jest/globals';
import type { TestRelease } from '../e2e/support/release.js';
import {
  age,
  ownTemporaryFolder,
  removeTemporaryFolder,
  runCutOff,
  runThrough,
  type Target,
} from './support/cut-off.js';
import { type Boundary, type Exchange, shapeOf } from './support/faults.js';
import { recordFigure } from './support/figures.js';
import { createWarmRelease, look, SCENARIOS, type Scenario } from './support/scenarios.js';
import { SOAK } from './support/soak.js';

jest.setTimeout(SOAK ? 3_600_000 : 900_000);

const BOUNDARIES: readonly Boundary[] = ['before', 'after', 'answered'];

/** Every request at every boundary on demand; in CI each write, and the first read of each shape at one, in turn. */
function targetsOf(exchanges: readonly Exchange[]): Target[] {
  const counts = new Map<string, number>();
  return exchanges.flatMap((exchange, index) => {
    const shape = shapeOf(exchange);
    const nth = (counts.get(shape) ?? 0) + 1;
    counts.set(shape, nth);
    const isWhole = SOAK || exchange.method !== 'GET';
    const chosen = BOUNDARIES.filter((_, place) => isWhole || (nth === 1 && place === index % BOUNDARIES.length));
    return chosen.map((boundary) => ({ shape, nth, boundary }));
  });
}

/** @returns whether it was cut off: a target may lie beyond what a run asks for */
async function cutOffAndRepeat(release: TestRelease, scenario: Scenario, target: Target): Promise<boolean> {
  await scenario.prepare?.(release);
  const before = await look(release);
  const argv = [...scenario.argv(before.active, before.idle.version), '-n', release.namespace];
  const folder = ownTemporaryFolder();
  const { exitCode } = await runCutOff(argv, folder, { signal: 'SIGKILL', target });
  const between = await look(release);
  expect(between).toMatchObject({ active: expect.stringMatching(/^(blue|green)$/), ready: 2 });
  age(folder);
  const again = await runThrough(argv, folder);
  expect(again).toExitWith(0);
  scenario.reached(before, await look(release));
  expect(removeTemporaryFolder(folder)).toEqual([]);
  return exitCode === null;
}

test.concurrent.each(SCENARIOS)('$verb, killed at every request, converges when it is run again', async (scenario) => {
  const release = await createWarmRelease(`kill-${scenario.verb}`);
  await scenario.prepare?.(release);
  const { active, idle } = await look(release);
  const whole = await runThrough(
    [...scenario.argv(active, idle.version), '-n', release.namespace],
    ownTemporaryFolder(),
  );
  expect(whole).toExitWith(0);
  const failures: unknown[] = [];
  let tried = 0;
  for (const target of targetsOf(whole.exchanges)) {
    try {
      if (await cutOffAndRepeat(release, scenario, target)) tried++;
    } catch (error) {
      tried++;
      failures.push([target, (error as Error).message]);
    }
  }
  recordFigure(`kills-${scenario.verb}`, {
    place: 1,
    promise: `${scenario.verb} killed at a request: traffic on one ready color, and the same command ends it`,
    tried,
    held: tried - failures.length,
    unit: 'kills',
  });
  expect(failures).toEqual([]);
  expect(tried).toBeGreaterThan(15);
  await release.remove();
});
