import { afterAll, test } from '@jest/globals';
import { type Figure, recordFigure } from './figures.js';

type Body<A extends unknown[]> = (...args: A) => Promise<void>;

interface CountedTest {
  (title: string, body: Body<[]>): void;
  each<A extends unknown[]>(table: readonly A[]): (title: string, body: Body<A>) => void;
}

/** Counts attempts together, as a row of the table, and whether they held. */
export function counter(name: string, row: Omit<Figure, 'tried' | 'held'>) {
  const counts = { tried: 0, held: 0 };
  afterAll(() => recordFigure(name, { ...row, ...counts }));
  return async (attempt: () => Promise<void>): Promise<void> => {
    counts.tried += 1;
    await attempt();
    counts.held += 1;
  };
}

/** A `test` whose tests are counted together, as a row of the table: those that pass are those that held. */
export function countedTest(name: string, row: Omit<Figure, 'tried' | 'held'>): CountedTest {
  const count = counter(name, row);
  const counted =
    <A extends unknown[]>(body: Body<A>): Body<A> =>
    (...args) =>
      count(() => body(...args));
  const each =
    <A extends unknown[]>(table: readonly A[]) =>
    (title: string, body: Body<A>) =>
      test.each(table)(title, counted(body) as never);
  return Object.assign((title: string, body: Body<[]>) => test(title, counted(body)), { each });
}
