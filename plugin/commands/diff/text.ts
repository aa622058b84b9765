import { printable } from '../../core/text.js';
import type { Difference, ObjectChange } from './change.js';
import { patchOf } from './patch.js';

const BOLD = 1;
const RED = 31;
const GREEN = 32;
const CYAN = 36;

const paint = (code: number, text: string) => `\u001b[${code}m${text}\u001b[0m`;

/** A unified diff of each object, under what it is for blue/green: `patch` takes the lines that begin with "#" for comments. */
export function diffText({ changes, against }: Difference, colored: boolean): string {
  return changes.map((change) => `${objectText(change, patchOf(change, against), colored)}\n`).join('');
}

function objectText({ object, change, note }: ObjectChange, patch: string, colored: boolean): string {
  const heading = printable(`# ${object} ${change}: ${note}`);
  if (!colored) return `${heading}\n${patch}`;
  return [paint(BOLD, heading), ...patch.split('\n').map(paintLine)].join('\n');
}

function paintLine(line: string, index: number): string {
  // The first two lines name the files.
  if (index < 2) return paint(BOLD, line);
  if (line.startsWith('@@')) return paint(CYAN, line);
  if (line.startsWith('-')) return paint(RED, line);
  return line.startsWith('+') ? paint(GREEN, line) : line;
}

/** `2 objects differ: 1 added, 1 changed`. */
export function summaryText({ changes, source, against }: Difference): string {
  const target = against.kind === 'cluster' ? `the cluster` : `${against.revision} (${against.commit.slice(0, 12)})`;
  if (changes.length === 0) return `no differences between ${source} and ${target}`;
  const counts = Object.entries(summarize(changes))
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  const objects = changes.length === 1 ? '1 object differs' : `${changes.length} objects differ`;
  return `${objects} between ${source} and ${target}: ${counts.join(', ')}`;
}

export function summarize(changes: readonly ObjectChange[]): { added: number; removed: number; changed: number } {
  const count = (kind: ObjectChange['change']) => changes.filter(({ change }) => change === kind).length;
  return { added: count('added'), removed: count('removed'), changed: count('changed') };
}
