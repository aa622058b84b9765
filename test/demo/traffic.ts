import { setTimeout as sleep } from 'node:timers/promises';
import type { Answers, LoadReport } from '../load/load.js';
import type { Load } from '../load/start.js';
import { observed } from './account.js';

const WINDOW_MS = 500;
const DEADLINE_MS = 5_000;

/** Something that the demo observed is not as it must be. */
export class UnexpectedError extends Error {
  override name = 'UnexpectedError';
}

/** Waits until every new connection of half a second reaches `wanted`, such as `green v0.2.0`. */
export async function expectTraffic(load: Load, wanted: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const before = await load.report();
    await sleep(WINDOW_MS);
    const answers = since(before, await load.report());
    if (only(answers.newConnections, wanted)) return tell(answers, `in the next ${WINDOW_MS} ms`, wanted);
    if (performance.now() > deadline)
      throw new UnexpectedError(
        `want every new connection answered by ${wanted}, got ${words(answers.newConnections)}`,
      );
  }
}

/** Runs an action, at no moment of which traffic may leave `wanted`. */
export async function expectTrafficUntouched<T>(load: Load, wanted: string, action: () => Promise<T>): Promise<T> {
  const before = await load.report();
  const result = await action();
  const answers = since(before, await load.report());
  if (!only(answers.newConnections, wanted))
    throw new UnexpectedError(`want traffic untouched on ${wanted}, got ${words(answers.newConnections)}`);
  tell(answers, 'all the while', wanted);
  return result;
}

function tell({ newConnections, keepAlive }: LoadReport['answers'], when: string, wanted: string): void {
  observed(`${newConnections[wanted]} new connections ${when}: every one answered by ${wanted}`);
  if (!only(keepAlive, wanted))
    observed(`on connections kept alive, which stay with their Pod until it ends: ${words(keepAlive)}`);
}

const only = (answers: Answers, wanted: string) => Object.keys(answers).join() === wanted;

const words = (answers: Answers) =>
  Object.entries(answers)
    .map(([who, count]) => `${count} by ${who}`)
    .join(', ') || 'no answer';

function since({ answers: before }: LoadReport, { answers: after }: LoadReport): LoadReport['answers'] {
  return {
    keepAlive: difference(before.keepAlive, after.keepAlive),
    newConnections: difference(before.newConnections, after.newConnections),
  };
}

function difference(before: Answers, after: Answers): Answers {
  const counts = Object.entries(after).map(([who, count]) => [who, count - (before[who] ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
