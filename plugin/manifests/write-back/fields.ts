/** Fields of a YAML text, and the edits that set them: every other byte stays. */
import { isMap, isScalar, parse, Scalar, type YAMLMap } from 'yaml';
import { imageFields } from './change.js';

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Field {
  readonly name: string;
  readonly value: unknown;
  readonly start: number;
  readonly keyEnd: number;
  /** End of the value, without a comment behind it. */
  readonly end: number;
}

/** A value to write; undefined leaves a field as it is, null takes it away. */
export type Wanted = Readonly<Record<string, string | null | undefined>>;

/** One of the fields that stay or go must be there, as a place for those that are new. */
export function setFields(source: string, map: YAMLMap, wanted: Wanted): Edit[] {
  const there = Object.keys(wanted).flatMap((name) => fieldOf(map, name) ?? []);
  const gone = there.filter(({ name }) => wanted[name] === null);
  const added = Object.entries(wanted).flatMap(([name, value]) =>
    typeof value === 'string' && !there.some((field) => field.name === name) ? [`${name}: ${plain(value)}`] : [],
  );
  const edits = there.flatMap((field) => {
    const value = wanted[field.name];
    return typeof value === 'string' ? setValue(source, field, value) : [];
  });
  for (const field of gone) {
    // What takes the place of a field keeps its place and its comment.
    const instead = added.shift();
    edits.push(
      instead === undefined ? removal(source, map, field) : { start: field.start, end: field.end, text: instead },
    );
  }
  const anchor = there[0];
  if (anchor) edits.push(...added.map((text) => insertion(source, map, anchor, text)));
  return edits;
}

function setValue(source: string, { value, end }: Field, wanted: string): Edit[] {
  if (!isScalar(value) || value.value === wanted) return [];
  const start = value.range?.[0] ?? end;
  // A block scalar reaches over the end of its line.
  const lineEnd = /\r?\n$/.exec(source.slice(start, end))?.[0] ?? '';
  const quoted = value.type === Scalar.QUOTE_SINGLE ? `'${wanted}'` : JSON.stringify(wanted);
  const isQuoted = value.type === Scalar.QUOTE_SINGLE || value.type === Scalar.QUOTE_DOUBLE;
  return [{ start, end, text: (isQuoted ? quoted : plain(wanted)) + lineEnd }];
}

/** Behind another field: in a flow mapping after a comma, else on a line of its own. */
function insertion(source: string, map: YAMLMap, anchor: Field, text: string): Edit {
  if (map.flow) return { start: anchor.end, end: anchor.end, text: `, ${text}` };
  const at = lineEndFrom(source, anchor.end);
  return { start: at, end: at, text: `${lineBreak(source)}${' '.repeat(columnOf(source, anchor.start))}${text}` };
}

export function lineEndFrom(source: string, offset: number): number {
  const lineEnd = /\r?\n|$/g;
  lineEnd.lastIndex = offset;
  return lineEnd.exec(source)?.index ?? source.length;
}

export const columnOf = (source: string, offset: number): number => offset - (source.lastIndexOf('\n', offset - 1) + 1);
export const lineBreak = (source: string): string => (source.includes('\r\n') ? '\r\n' : '\n');

/** With its line, and the comment on it; in a flow mapping with the comma that parts it from the next or the last field. */
function removal(source: string, map: YAMLMap, { start, end }: Field): Edit {
  if (!map.flow) {
    const lineEnd = source.indexOf('\n', end);
    return { start: source.lastIndexOf('\n', start), end: lineEnd < 0 ? source.length : lineEnd, text: '' };
  }
  const comma = /^\s*,\s*/.exec(source.slice(end))?.[0];
  if (comma !== undefined) return { start, end: end + comma.length, text: '' };
  const before = /\s*,\s*$/.exec(source.slice(0, start))?.[0] ?? '';
  return { start: start - before.length, end, text: '' };
}

/** Quoted where some YAML parser could take it for a number, a date, a boolean or null. */
export function plain(value: string): string {
  const isText = (['1.1', '1.2'] as const).every((version) => parse(value, { version }) === value);
  return isText ? value : JSON.stringify(value);
}

export function fieldOf(map: YAMLMap, name: string): Field | undefined {
  for (const { key, value } of map.items) {
    if (!isScalar(key) || (key.value !== name && key.source !== name) || !key.range) continue;
    const end = isScalar(value) || isMap(value) ? value.range?.[1] : undefined;
    return { name, value, start: key.range[0], keyEnd: key.range[1], end: end ?? key.range[1] };
  }
  return undefined;
}

export function asMap(node: unknown): YAMLMap {
  if (isMap(node)) return node as YAMLMap;
  throw new TypeError('the text is not that of a spec');
}

/** What a color that runs an image has of a version and a digest, and not. */
export function imageWanted(image: string): Wanted {
  const { version = null, digest = null } = imageFields(image);
  return { version, digest };
}
