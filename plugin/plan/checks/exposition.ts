/** One line of Prometheus' text format that holds a value. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** A text that is not in Prometheus' format. */
export class ExpositionError extends Error {
  override name = 'ExpositionError';
}

const HEAD = /^[ \t]*([a-zA-Z_:][a-zA-Z0-9_:]*)?(?:[ \t]*(\{)|[ \t]+)/;
/** A label, or, since Prometheus 3, the quoted name of the metric itself; then a comma, unless the brace follows. */
const LABEL =
  /[ \t]*(?:"((?:[^"\\]|\\.)*)"|([a-zA-Z_][a-zA-Z0-9_]*))(?:[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)")?[ \t]*(?:,|(?=\}))/y;
const CLOSE = /[ \t]*\}/y;
/** The value; behind it a timestamp, and in OpenMetrics an exemplar. */
const TAIL =
  /[ \t]*([+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan))(?:[ \t]+[+-]?\d+(?:\.\d+)?)?[ \t]*(?:[ \t]#.*)?$/iy;
const SHOWN = 80;

/**
 * The samples of a text in Prometheus' format, in their order; comments and types are left out.
 *
 * @throws ExpositionError for the first line that is in no such format: Prometheus would take nothing of the text either
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseExposition(text: string): Sample[] {
  return text.split('\n').flatMap((line, index) => {
    if (/^[ \t]*(#|$)/.test(line)) return [];
    const sample = parseLine(line);
    if (sample) return [sample];
    const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
    throw new ExpositionError(`line ${index + 1} of the body is not in Prometheus' text format: "${shown}"`);
  });
}

function parseLine(line: string): Sample | undefined {
  const [head, plainName, brace] = HEAD.exec(line) ?? [];
  if (head === undefined) return undefined;
  let name = plainName;
  let at = head.length;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    at = match ? pattern.lastIndex : at;
    return match;
  };
  const labels = new Map<string, string>();
  while (brace && !take(CLOSE)) {
    const [label, quoted, plain, value] = take(LABEL) ?? [];
    if (label === undefined) return undefined;
    const key = quoted === undefined ? (plain ?? '') : unescaped(quoted);
    if (value !== undefined) labels.set(key, unescaped(value));
    else if (quoted !== undefined && name === undefined) name = key;
    else return undefined;
  }
  const value = take(TAIL)?.[1];
  return name === undefined || value === undefined ? undefined : { name, labels, value: numberOf(value) };
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\n])/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

function numberOf(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  if (!/inf/i.test(text)) return Number(text);
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
