import { isMap, isScalar, parse, parseDocument, Scalar, type YAMLMap } from 'yaml';
import { imageFields, type SpecChange } from './change.js';

/**
 * The text of a spec after a change: every byte that the change does not concern, comments among them, stays as it is.
 *
 * @param text - a spec that was read without complaint
 */
export function editSpec(text: string, { active, image }: SpecChange): string {
  // Offsets count from behind a byte order mark.
  const mark = /^\ufeff/.exec(text)?.[0] ?? '';
  const source = text.slice(mark.length);
  const top = asMap(parseDocument(source, { version: '1.2' }).contents);
  const color = asMap(fieldOf(asMap(fieldOf(top, 'colors')?.value), active)?.value);
  const fields = imageFields(image);
  const edits = [
    ...setFields(source, top, { name: undefined, active }),
    ...setFields(source, color, { version: fields.version ?? null, digest: fields.digest ?? null }),
  ];
  return mark + edits.sort((a, b) => b.start - a.start).reduce(replace, source);
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Field {
  readonly name: string;
  readonly value: unknown;
  readonly start: number;
  /** End of the value, without a comment behind it. */
  readonly end: number;
}

/** A value to write; undefined leaves a field as it is, null takes it away. */
type Wanted = Readonly<Record<string, string | null | undefined>>;

/** One of the fields that stay or go must be there, as a place for those that are new. */
function setFields(source: string, map: YAMLMap, wanted: Wanted): Edit[] {
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
  const lineEnd = /\r?\n|$/g;
  lineEnd.lastIndex = anchor.end;
  const at = lineEnd.exec(source)?.index ?? source.length;
  const indent = ' '.repeat(anchor.start - (source.lastIndexOf('\n', anchor.start - 1) + 1));
  return { start: at, end: at, text: `${source.includes('\r\n') ? '\r\n' : '\n'}${indent}${text}` };
}

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
function plain(value: string): string {
  const isText = (['1.1', '1.2'] as const).every((version) => parse(value, { version }) === value);
  return isText ? value : JSON.stringify(value);
}

function fieldOf(map: YAMLMap, name: string): Field | undefined {
  for (const { key, value } of map.items) {
    if (!isScalar(key) || key.value !== name || !key.range) continue;
    const end = isScalar(value) || isMap(value) ? value.range?.[1] : undefined;
    return { name, value, start: key.range[0], end: end ?? key.range[1] };
  }
  return undefined;
}

function asMap(node: unknown): YAMLMap {
  if (isMap(node)) return node as YAMLMap;
  throw new TypeError('the text is not that of a spec');
}

const replace = (text: string, edit: Edit): string => text.slice(0, edit.start) + edit.text + text.slice(edit.end);
