import { afterAll, test } from '@jest/globals';
import { type Figure, recordFigure } from './figures.js';

type Body<A extends unknown[]> = (...args: A) => Promise<void>;

interface CountedTest {
  (title: string, body: Body<[]>): void;
  each<A extends unknown[]>(table: readonly A[]): (title: string, body: Body<A>) => void;
}

/** A `test` whose tests are counted together, as a row of the table: those that pass are those that held. */
export function countedTest(name: string, row: Omit<Figure, 'tried' | 'held'>): CountedTest {
  const counts = { tried: 0, held: 0 };
  afterAll(() => recordFigure(name, { ...row, ...counts }));
  const counted =
    <A extends unknown[]>(body: Body<A>): Body<A> =>
    async (...args) => {
      counts.tried += 1;
      await body(...args);
      counts.held += 1;
    };
  const each =
    <A extends unknown[]>(table: readonly A[]) =>
    (title: string, body: Body<A>) =>
      test.each(table)(title, counted(body) as never);
  return Object.assign((title: string, body: Body<[]>) => test(title, counted(body)), { each });
}
