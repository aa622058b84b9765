import { untilQuiet } from './quiet.js';
import type { Bench } from './section.js';

/** @returns what was measured, such as seconds */
export type Measure = (round: number) => Promise<number>;

/**
 * Measures several things in turn, A B C A B C ..., so that a machine that is slower for a while is so for all of them.
 * It begins when the machine is quiet; the first round warms up and does not count.
 *
 * @returns the values of each, in the order of the rounds
 */
export async function inTurn<Measures extends Readonly<Record<string, Measure | undefined>>>(
  bench: Bench,
  measures: Measures,
): Promise<{ [Name in keyof Measures]: number[] | (undefined extends Measures[Name] ? undefined : never) }> {
  const { runs, signal, progress } = bench;
  const all = Object.entries(measures).filter((entry): entry is [string, Measure] => entry[1] !== undefined);
  const values = Object.fromEntries(all.map(([name]) => [name, [] as number[]]));
  await untilQuiet(bench);
  for (let round = 0; round <= runs; round++) {
    for (const [name, measure] of all) {
      signal.throwIfAborted();
      const value = await measure(round);
      if (round > 0) values[name]?.push(value);
    }
    progress(`round ${round} of ${runs}`);
  }
  return values as never;
}
