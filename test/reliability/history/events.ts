import { readFileSync } from 'node:fs';
import type { Color } from '../../../charts/names.js';
import type { Operation } from '../../../plugin/plan/operation.js';

/** What happened at a time, in milliseconds since 1970 by this machine's clock. */
export type Event = { readonly at: number } & (
  | { readonly kind: 'begin'; readonly run: number; readonly argv: readonly string[] }
  /** `exitCode` is null for a run that was killed. */
  | { readonly kind: 'end'; readonly run: number; readonly exitCode: number | null; readonly words: string }
  | {
      readonly kind: 'call';
      readonly run: number;
      readonly method: string;
      readonly path: string;
      readonly body: string;
    }
  | (Observed & {
      readonly kind: 'service';
      readonly selector: Readonly<Record<string, string>>;
      readonly operation?: Operation;
    })
  | (Observed & { readonly kind: 'deployment'; readonly color: Color; readonly replicas: number })
  | (Observed & { readonly kind: 'pod'; readonly name: string; readonly color: Color; readonly ready: boolean })
  | { readonly kind: 'answer'; readonly color: string; readonly version: string; readonly since: number }
  | { readonly kind: 'failure'; readonly words: string }
);

/** Of an object as a watch showed it: objects of one API server are ordered by it. */
interface Observed {
  readonly revision: number;
}

export type EventOf<K extends Event['kind']> = Extract<Event, { kind: K }>;

export const eventsOf = <K extends Event['kind']>(events: readonly Event[], kind: K): EventOf<K>[] =>
  events.filter((event): event is EventOf<K> => event.kind === kind);

/** A history as it was written: one event a line. */
export function readHistory(file: string): Event[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Event);
}
