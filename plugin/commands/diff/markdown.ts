import type { Difference, ObjectChange } from './change.js';
import { code, escapeMarkdown, fenced } from './escape.js';
import { patchOf } from './patch.js';
import { summaryText } from './text.js';

/** The first line, by which a comment is found again to be replaced: a contract with the program that posts it. */
export const MARKER = '<!-- kubectl-bluegreen diff -->';
/** Limit of a comment on GitHub. */
export const MAX_CHARACTERS = 65_536;
/** For the last line, which says what was cut. */
const RESERVED = 200;
const MAX_NOTE = 400;
/** A shortened diff of fewer characters shows nothing. */
const MIN_PATCH = 400;

/** A comment for a pull request: a table of what changes and what it means, and each diff, folded. */
export function diffMarkdown(difference: Difference, maxCharacters = MAX_CHARACTERS): string {
  const { changes, against, notes } = difference;
  const room = maxCharacters - RESERVED;
  const opening = `${MARKER}\n**kubectl bluegreen diff**: ${escapeMarkdown(summaryText(difference))}\n`;
  // Notes and table each leave room for the other.
  const listed = takeWhile(notes.map(noteLine), room / 8);
  const rows = takeWhile(changes.map(tableRow), room / 2);
  const table = rows.length > 0 ? `\n| object | change | what it means |\n| --- | --- | --- |\n${rows.join('')}` : '';
  const blocks: string[] = [];
  const cut = { shortened: 0, omitted: 0 };
  let left = room - opening.length - table.length - listed.join('').length - 1;
  for (const change of changes) {
    const block = left > MIN_PATCH ? foldedPatch(change, patchOf(change, against), left) : undefined;
    if (!block) {
      cut.omitted += 1;
      continue;
    }
    if (block.isShortened) cut.shortened += 1;
    left -= block.text.length;
    blocks.push(block.text);
  }
  const said = [
    missing(notes.length - listed.length, 'notes left out'),
    missing(changes.length - rows.length, 'objects left out of the table'),
    missing(cut.shortened, 'diffs shortened'),
    missing(cut.omitted, 'diffs left out'),
  ].flat();
  const cutLine = said.length > 0 ? `\n_Cut to ${maxCharacters} characters: ${said.join(', ')}._\n` : '';
  return [opening, table, listed.length > 0 ? `\n${listed.join('')}` : '', ...blocks, cutLine].join('');
}

const missing = (count: number, what: string) => (count > 0 ? [`${count} ${what}`] : []);

const noteLine = (note: string) => `- ${escapeMarkdown(shorten(note))}\n`;

const tableRow = ({ object, change, note }: ObjectChange) =>
  `| ${code(object)} | ${change} | ${escapeMarkdown(shorten(note))} |\n`;

const shorten = (text: string) => (text.length > MAX_NOTE ? `${text.slice(0, MAX_NOTE)}...` : text);

function takeWhile(lines: readonly string[], room: number): string[] {
  let used = 0;
  const end = lines.findIndex((line) => {
    used += line.length;
    return used > room;
  });
  return end < 0 ? [...lines] : lines.slice(0, end);
}

function foldedPatch(
  { object, change }: ObjectChange,
  patch: string,
  room: number,
): { text: string; isShortened: boolean } | undefined {
  const block = (body: string) =>
    `\n<details><summary>${code(object)} ${change}</summary>\n\n${fenced('diff', body)}\n\n</details>\n`;
  const whole = block(patch);
  if (whole.length <= room) return { text: whole, isShortened: false };
  // The fence depends on what is kept, and is never longer than that of the whole.
  const lines = takeWhile(
    patch.split('\n').map((line) => `${line}\n`),
    room - (whole.length - patch.length),
  );
  const kept = lines.join('').trimEnd();
  return kept.length < MIN_PATCH ? undefined : { text: block(kept), isShortened: true };
}
