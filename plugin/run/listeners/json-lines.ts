import { timestamp } from '../../core/clock.js';
import { EVENTS_VERSION, type Listener } from '../events.js';

/** What every line has besides the event's own fields. */
export interface EventSource {
  readonly release: string;
  readonly namespace: string;
  readonly operationId: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Writes one JSON object a line for each event.
 *
 * @param write - takes a whole line at once
 * @see https://jsonlines.org
 */
export const jsonLinesListener =
  ({ now, ...source }: EventSource, write: (line: string) => void): Listener =>
  (event) =>
    write(`${JSON.stringify({ version: EVENTS_VERSION, at: timestamp(now()), ...source, ...event })}\n`);
