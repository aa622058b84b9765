import { type Color, HISTORY_ANNOTATION } from '../../charts/names.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import { lastOperation, type Operation, type OperationPhase } from './operation.js';
import { fits } from './shape.js';
import { HISTORY_ENTRY } from './shapes.js';

/** What was done to a release. A `switch-back` is the one that follows a promotion or rollback whose watch failed. */
export type HistoryKind = 'deploy' | 'promote' | 'rollback' | 'switch-back' | 'cleanup';

export type HistoryOutcome = OperationPhase | 'failed' | 'not-confirmed' | 'interrupted';

/** One entry of a release's history, as the active Service's annotation keeps it. */
export interface HistoryEntry {
  /** The operation's id, as in last-operation and in `-o json`. */
  readonly id: string;
  readonly kind: HistoryKind;
  /** The color that had the traffic, or, where traffic did not move, the color that was changed. */
  readonly from: Color;
  readonly to: Color;
  /** What `from` ran before; the tag of the image, else the start of its digest. */
  readonly fromVersion?: string;
  /** What `to` runs afterwards, or was to run. */
  readonly toVersion?: string;
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  readonly outcome: HistoryOutcome;
  /** Why it ended so, in a line. */
  readonly message?: string;
}

export interface History {
  /** Oldest first. */
  readonly entries: readonly HistoryEntry[];
  /** The annotation was edited by hand: what does not read as an entry is left out. */
  readonly garbled: boolean;
}

const MAX_ENTRIES = 20;
const MAX_BYTES = 16 * 1024;
const MAX_MESSAGE = 200;
/** Limit of all annotations of one object together. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/ */
const MAX_ANNOTATIONS_BYTES = 256 * 1024;

const bytes = (text: string) => new TextEncoder().encode(text).length;

/** The history that a Service carries, and the last operation, should an older plugin have left it out. */
export function readHistory(service: KubernetesObject | undefined): History {
  const { entries, garbled } = parse(service?.metadata.annotations?.[HISTORY_ANNOTATION]);
  const last = lastOperation(service);
  const isMissing = last && !entries.some(({ id }) => id === last.id);
  return { entries: isMissing ? [...entries, entryOf(last)] : entries, garbled };
}

function parse(text: string | undefined): History {
  if (!text) return { entries: [], garbled: false };
  try {
    const items = JSON.parse(text) as unknown;
    if (!Array.isArray(items)) return { entries: [], garbled: true };
    const entries = items.filter((item): item is HistoryEntry => fits(item, HISTORY_ENTRY));
    return { entries, garbled: entries.length < items.length };
  } catch {
    return { entries: [], garbled: true };
  }
}

/** What last-operation alone tells. */
export function entryOf({ id, kind, from, to, by, at, outcome }: Operation): HistoryEntry {
  return { id, kind, from, to, by, at, outcome };
}

/** Writes over the entry of the same id, or adds one at the end. */
export function upsertEntry(entries: readonly HistoryEntry[], entry: HistoryEntry): HistoryEntry[] {
  const isKnown = entries.some(({ id }) => id === entry.id);
  return isKnown ? entries.map((one) => (one.id === entry.id ? entry : one)) : [...entries, entry];
}

/** Sets how the entry of an operation ended, where there is one. */
export function closeEntry(
  entries: readonly HistoryEntry[],
  id: string,
  { outcome, message }: { outcome?: HistoryOutcome; message?: string },
): HistoryEntry[] {
  return entries.map((one) =>
    one.id === id ? { ...one, ...(outcome && { outcome }), ...(message && { message: shorten(message) }) } : one,
  );
}

/** The first line of a text, without control characters and never long: it goes into JSON that every reader gets. */
export function shorten(text: string): string {
  // What an application answered is for the one who asked, and not for all who may read the Service.
  const said = (text.split('\n')[0] ?? '').replace(/: it is ".*$/, '');
  const line = said.replace(/\p{C}/gu, ' ').trim();
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE - 1).trimEnd()}…` : line;
}

/**
 * The annotation of a history: its newest entries, as many as fit.
 *
 * A history that would make an object too large for the API server would make the patch fail that moves traffic, so it
 * takes only the room that the other annotations leave.
 */
export function historyAnnotation(
  entries: readonly HistoryEntry[],
  { metadata: { annotations = {} } }: KubernetesObject,
): Record<string, string> {
  const others = Object.entries(annotations).filter(([name]) => name !== HISTORY_ANNOTATION);
  const used = others.reduce((sum, [name, value]) => sum + bytes(name) + bytes(value), bytes(HISTORY_ANNOTATION));
  // last-operation grows in the same patch.
  const room = Math.min(MAX_BYTES, MAX_ANNOTATIONS_BYTES - used - 1024);
  let kept = entries.slice(-MAX_ENTRIES);
  while (kept.length > 0 && bytes(JSON.stringify(kept)) > room) kept = kept.slice(1);
  return { [HISTORY_ANNOTATION]: JSON.stringify(kept) };
}
