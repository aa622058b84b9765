import { printable } from '../../core/text.js';
import type { HistoryEntry } from '../../plan/history.js';
import type { Revision } from '../../plan/revisions.js';
import type { UndoRecord } from '../../plan/rolling/undo.js';

const NONE = '<none>';
/** Longer messages are for `-o wide`. */
const SHORT = 60;

/** A release's history for a person. */
export function historyText(entries: readonly HistoryEntry[], wide: boolean): string {
  if (entries.length === 0) return 'nothing on record\n';
  const header = ['AT', 'KIND', 'COLOR', 'VERSION', 'BY', ...(wide ? ['ID'] : []), 'OUTCOME'];
  const rows = entries.map((entry) => [
    seconds(entry.at),
    entry.kind,
    change(entry.from, entry.to),
    change(entry.fromVersion, entry.toVersion),
    entry.by,
    ...(wide ? [entry.id] : []),
    outcome(entry, wide),
  ]);
  return table([header, ...rows]);
}

const seconds = (at: string) => at.replace(/\.\d+Z$/, 'Z');

/** `blue -> green`; of two that are the same, or one alone, that one. */
function change(from: string | undefined, to: string | undefined): string {
  if (!from || !to || from === to) return to || from || NONE;
  return `${from} -> ${to}`;
}

function outcome({ outcome, message = '' }: HistoryEntry, wide: boolean): string {
  if (!message) return outcome;
  return `${outcome}: ${wide || message.length <= SHORT ? message : `${message.slice(0, SHORT)}…`}`;
}

/** A Deployment's revisions for a person. */
export function revisionsText(
  revisions: readonly Omit<Revision, 'template'>[],
  undo: UndoRecord | null,
  wide: boolean,
): string {
  const header = ['REVISION', 'VERSION', 'PODS', 'CREATED', ...(wide ? ['IMAGES', 'REPLICASET'] : []), 'CHANGE-CAUSE'];
  const rows = revisions.map((one) => [
    `${one.revision}${one.current ? ' (current)' : ''}`,
    one.version,
    `${one.ready}/${one.replicas}`,
    one.created ?? NONE,
    ...(wide ? [one.images.join(','), one.replicaSet] : []),
    one.changeCause ?? NONE,
  ]);
  return (undo ? `${undoLine(undo)}\n\n` : '') + (rows.length > 0 ? table([header, ...rows]) : 'no revisions\n');
}

function undoLine({ from, to, fromVersion, toVersion, by, at, outcome }: UndoRecord): string {
  const side = (revision: number | null, version: string) => `${revision ?? 'unnumbered'} (${version})`;
  return printable(
    `Last undo: from revision ${side(from, fromVersion)} to ${side(to, toVersion)} by ${by} at ${seconds(at)}: ${outcome}`,
  );
}

function table(texts: readonly (readonly string[])[]): string {
  // An annotation may hold several lines.
  const rows = texts.map((row) => row.map((cell) => printable(cell.replace(/\s+/g, ' '))));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
