import { expect, jest, test } from '@jest/globals';
import type { TestRelease } from '../e2e/support/release.js';
import { ownTemporaryFolder, removeTemporaryFolder, runThrough } from './support/cut-off.js';
import { FAULTS, switchGuards } from './support/fault-kinds.js';
import { type Exchange, type Interference, shapeOf } from './support/faults.js';
import { recordFigure } from './support/figures.js';
import { createWarmRelease, type Live, look, SCENARIOS, type Scenario } from './support/scenarios.js';
import { SOAK } from './support/soak.js';

jest.setTimeout(SOAK ? 3_600_000 : 900_000);

const KINDS = Object.keys(FAULTS);
/** Of one request, and of the wait for Pods. */
const LIMITS = ['--request-timeout=2s'];
const WAIT = '--timeout=20s';
/** The wait for Pods, 5 s, and what reading back an unanswered switch may take. */
const LONGEST_MS = 20_000 + 5000 + 30_000;
/** How many kinds of fault a request of CI's sample meets. */
const KINDS_OF_A_WRITE = 4;
const KINDS_OF_A_READ = 1;

interface Attempt {
  readonly shape: string;
  readonly nth: number;
  readonly kind: string;
}

/** Every request with every fault on demand; in CI each write, and the first read of each shape, with some of them. */
function attemptsOf(exchanges: readonly Exchange[]): Attempt[] {
  const counts = new Map<string, number>();
  let turn = 0;
  return exchanges.flatMap((exchange): Attempt[] => {
    const shape = shapeOf(exchange);
    const nth = (counts.get(shape) ?? 0) + 1;
    counts.set(shape, nth);
    const isWrite = exchange.method !== 'GET';
    const all = KINDS.map((kind) => ({ shape, nth, kind }));
    if (SOAK) return all;
    if (!isWrite && nth > 1) return [];
    // In turn, so that each kind meets each phase.
    const wanted = isWrite ? KINDS_OF_A_WRITE : KINDS_OF_A_READ;
    return Array.from({ length: wanted }, () => all[turn++ % all.length] as Attempt);
  });
}

function interferenceOf({ shape, nth, kind }: Attempt): Interference {
  let seen = 0;
  return { fault: (exchange) => (shapeOf(exchange) === shape && ++seen === nth ? FAULTS[kind] : undefined) };
}

/** What an exit code says of traffic, and what a run may never do, whatever it says. */
function judge(verb: string, before: Live, after: Live, { exitCode, words, exchanges, ms }: Judged): void {
  const moves = verb === 'promote' || verb === 'rollback';
  const allowed = after.active !== before.active ? [0, 5] : moves ? [3, 4] : [0, 3, 4];
  expect(allowed).toContain(exitCode);
  if (moves && exitCode === 0) expect(after.outcome).toBe('complete');
  const guards = switchGuards(exchanges);
  expect(new Set(guards).size).toBe(guards.length);
  expect(guards).not.toContain('none');
  expect(words).not.toMatch(/undefined|\n\s+at .*\(.*\.js/);
  if (exitCode !== 0) expect(words).toMatch(/^(error|Error from server)/m);
  expect(ms).toBeLessThan(LONGEST_MS);
}

interface Judged {
  readonly exitCode: number | null;
  readonly words: string;
  readonly exchanges: readonly Exchange[];
  readonly ms: number;
}

async function disturb(release: TestRelease, scenario: Scenario, attempt: Attempt): Promise<void> {
  await scenario.prepare?.(release);
  const before = await look(release);
  const argv = [...scenario.argv(before.active, before.idle.version), '-n', release.namespace, ...LIMITS];
  if (scenario.verb !== 'cleanup') argv.push(WAIT);
  const folder = ownTemporaryFolder();
  const started = performance.now();
  const ended = await runThrough(argv, folder, () => interferenceOf(attempt));
  const ms = performance.now() - started;
  const after = await look(release);
  expect(after.ready).toBe(2);
  judge(scenario.verb, before, after, { ...ended, ms });
  const again = await runThrough(argv, folder);
  expect(again).toExitWith(0);
  scenario.reached(before, await look(release));
  expect(removeTemporaryFolder(folder)).toEqual([]);
}

/** The others on demand, until it is known what they take in CI. */
const CHOSEN = SCENARIOS.filter(({ verb }) => SOAK || verb === 'rollback');

test.concurrent.each(CHOSEN)('$verb, with every request disturbed, says what is so', async (scenario) => {
  const release = await createWarmRelease(`fault-${scenario.verb}`);
  await scenario.prepare?.(release);
  const { active, idle } = await look(release);
  const argv = [...scenario.argv(active, idle.version), '-n', release.namespace];
  const whole = await runThrough(argv, ownTemporaryFolder());
  expect(whole).toExitWith(0);
  const attempts = attemptsOf(whole.exchanges);
  const failures: unknown[] = [];
  for (const attempt of attempts) {
    await disturb(release, scenario, attempt).catch((error: Error) => failures.push([attempt, error.message]));
  }
  recordFigure(`faults-${scenario.verb}`, {
    place: 3,
    promise: `${scenario.verb} with a request refused, cut off, stalled or doubled: the exit code says where traffic is`,
    tried: attempts.length,
    held: attempts.length - failures.length,
    unit: 'faults',
  });
  expect(failures).toEqual([]);
  await release.remove();
});
