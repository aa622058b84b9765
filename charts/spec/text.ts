/** A release as the text of a spec file: what a person would write by hand. */
import { isDeepStrictEqual } from 'node:util';
import { Document, isScalar } from 'yaml';
import { type ReleaseInput, releaseShape } from './fields.js';
import { parseRelease } from './read.js';
import { releaseSchema } from './release.js';

/** The keys that begin a part of the schema: a blank line stands between two parts, as in specs that were written by hand. */
const PART_BEGINS = [
  'name',
  'image',
  'container',
  'startupProbe',
  'securityContext',
  'labels',
  'service',
  'migrations',
];
/** Written although it may be the default: it is what a reader of the file looks for. */
const ALWAYS = ['name', 'active', 'image', 'colors', 'replicas'];

export interface SpecTextOptions {
  /** Where editors find the JSON Schema, from the spec. */
  readonly schema?: string;
}

/**
 * The text of a spec, in the order of the schema, without what the defaults say already.
 *
 * @throws SpecError naming `file` when it is not a valid spec, so that no other text is ever written
 */
export function specText(input: ReleaseInput, file: string, { schema }: SpecTextOptions = {}): string {
  // Read as a file is: what is wrong is told in the words that the finished file would give.
  const wanted = parseRelease(JSON.stringify(input), file);
  // Words that older YAML takes for a boolean are quoted: other programs may read the file.
  const document = new Document(inOrder(minimal(input)), {
    version: '1.2',
    compat: 'yaml-1.1',
    // Both colors may be one and the same object, and a spec has no aliases.
    aliasDuplicateObjects: false,
  });
  if (schema !== undefined) document.commentBefore = ` yaml-language-server: $schema=${schema}`;
  divide(document);
  const text = document.toString({ lineWidth: 0 }).replace(/^(# yaml-language-server: \S+\n)\n/, '$1');
  if (isDeepStrictEqual(parseRelease(text, file), wanted)) return text;
  throw new TypeError(`${file} would not say what was meant`);
}

/** Without every field, as far out as possible, that changes nothing when it is left out. */
function minimal(input: ReleaseInput): ReleaseInput {
  const copy = structuredClone(input) as Record<string, unknown>;
  const { data: wanted } = releaseSchema.safeParse(copy);
  const same = () => isDeepStrictEqual(releaseSchema.safeParse(copy).data, wanted);
  const reduce = (holder: Record<string, unknown>, key: string, kept: boolean): void => {
    const value = holder[key];
    if (!kept) {
      delete holder[key];
      if (same()) return;
      holder[key] = value;
    }
    const inner = value as Record<string, unknown>;
    if (typeof value === 'object' && value !== null)
      for (const name of Object.keys(value)) reduce(inner, name, Array.isArray(value));
  };
  for (const key of Object.keys(copy)) reduce(copy, key, ALWAYS.includes(key));
  return copy as ReleaseInput;
}

const ORDER = Object.keys(releaseShape.shape);

function inOrder(input: ReleaseInput): object {
  return Object.fromEntries(Object.entries(input).sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b)));
}

function divide({ contents }: Document): void {
  if (contents === null || !('items' in contents)) return;
  const parts = PART_BEGINS.map((key) => ORDER.indexOf(key));
  const partOf = (key: string) => parts.filter((begin) => begin <= ORDER.indexOf(key)).length;
  let last = 1;
  for (const { key } of contents.items as { key: unknown }[]) {
    if (!isScalar(key)) continue;
    const part = partOf(String(key.value));
    key.spaceBefore = part !== last;
    last = part;
  }
}
