import fc from 'fast-check';
import { stringify } from 'yaml';
import { EVERYTHING, INSTEAD } from '../../charts/everything.js';
import { SPEC } from '../../e2e/support/release.js';

/** What stands where something else is wanted. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  1e300,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  ' ',
  'constructor',
  'toString',
  '__proto__',
  'hasOwnProperty',
  '-n',
  '--yes',
  '$(reboot)',
  '`id`; rm -rf .',
  '../../etc/passwd',
  '\u0000',
  '\u001b[2J',
  '\u202etxt.exe',
  '\ud800',
  '\u{1f4a9}'.repeat(50),
  'a'.repeat(5000),
  `${'a-'.repeat(400)}!`,
  '1e400',
  '0x1F',
  'no',
  '<<',
  '*x',
  '&x',
  '!!js/function',
  [],
  [[]],
  {},
  { constructor: { prototype: { polluted: true } } },
  { toString: 1, valueOf: null, hasOwnProperty: 'x' },
];

const KEYS = [
  'constructor',
  'toString',
  'hasOwnProperty',
  '__proto__',
  'length',
  '0',
  '',
  '<<',
  'replica',
  'Name',
  'é',
  '-n',
  '[0]',
];

/** Mappings in mappings, or lists in lists, that many. */
const nested = (depth: number, isList: boolean): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = isList ? [value] : { a: value };
  return value;
};

const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 60 }), fc.boolean()).map(([depth, list]) => nested(depth, list)),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

type Holder = Record<string | number, unknown>;
type Place = { readonly holder: Holder; readonly key: string | number };

/** Every field and entry of a value, each by what holds it. */
function places(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [{ holder: value as Holder, key }, ...places((value as Holder)[key])]);
}

/** One thing that is done to a spec; `at` chooses where, from 0 up to 1. */
type Mutation = {
  readonly at: number;
  readonly kind: 'replace' | 'delete' | 'add' | 'repeat';
  readonly value: unknown;
  readonly key: string;
};

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  kind: fc.constantFrom('replace', 'replace', 'delete', 'add', 'repeat'),
  value: hostile,
  key: fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 12 })),
});

function mutate(spec: Holder, { at, kind, value: chosen, key }: Mutation): void {
  // One of its own: a value that is chosen twice must not come to hold itself.
  const value = structuredClone(chosen);
  const all = places(spec);
  const place = all[Math.floor(at * all.length)];
  if (!place) return;
  const there = place.holder[place.key];
  if (kind === 'replace') place.holder[place.key] = value;
  else if (kind === 'delete') delete place.holder[place.key];
  else if (kind === 'repeat') place.holder[place.key] = Array(typeof there === 'object' ? 3 : 110).fill(there);
  else if (Array.isArray(there)) there.push(value);
  else if (typeof there === 'object' && there !== null)
    Object.defineProperty(there, key, { value, enumerable: true, configurable: true });
}

const BASES = [EVERYTHING, { ...EVERYTHING, ...INSTEAD }, SPEC] as unknown as readonly Holder[];
const ENVIRONMENTS = {
  development: { replicas: 1, namespace: 'dev' },
  production: { image: { repository: 'prod/app' }, checks: null },
};

const base: fc.Arbitrary<Holder> = fc
  .tuple(fc.constantFrom(...BASES), fc.boolean())
  .map(([spec, split]) => structuredClone(split ? { ...spec, environments: ENVIRONMENTS } : spec));

/** What a person may write: every one of these is a valid spec. */
const valid: fc.Arbitrary<Holder> = fc
  .record(
    {
      active: fc.constantFrom('blue', 'green'),
      replicas: fc.integer({ min: 2, max: 2 ** 31 - 1 }),
      idleReplicas: fc.oneof(fc.constant('full'), fc.nat(2)),
      env: fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/), printableText(), { maxKeys: 8 }),
      annotations: fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,20}$/), printableText(), { maxKeys: 8 }),
      labels: fc.dictionary(fc.stringMatching(/^x-[a-z0-9]{1,20}$/), fc.stringMatching(/^[a-z0-9]{0,20}$/), {
        maxKeys: 8,
      }),
      preStopSeconds: fc.nat(9),
      image: fc.record({ repository: fc.stringMatching(/^[a-z0-9]{1,20}(\/[a-z0-9]{1,20}){0,3}$/) }),
    },
    { requiredKeys: [] },
  )
  .map((fields) => ({ ...SPEC, config: {}, ...fields }));

function printableText(): fc.Arbitrary<string> {
  // A spec holds none of these.
  return fc
    .string({ unit: 'grapheme', maxLength: 60 })
    .map((text) => text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]/gu, ''));
}

/** Text as a file would hold it, in YAML or in JSON, which is YAML as well. */
const written = (spec: Holder, asJson: boolean): string =>
  asJson ? JSON.stringify(spec, undefined, 1) : stringify(spec, { aliasDuplicateObjects: false, compat: 'core' });

const JUNK = [
  '\t',
  '\u0000',
  '\ufeff',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '&a ',
  '*a',
  '<<: ',
  '? ',
  '!!binary ',
  '{',
  '}',
  '[',
  ': ',
  '\r\n',
  '"',
  "'",
  '|\n',
  '>\n',
  '# ',
  '\ud83d',
  '\u202e',
];

interface Cut {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const cut: fc.Arbitrary<Cut> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.oneof(fc.nat(5), fc.nat(400)),
  insert: fc.oneof(fc.constantFrom(...JUNK), fc.string({ unit: 'binary', maxLength: 10 }), fc.constant('')),
});

function edit(text: string, { at, remove, insert }: Cut): string {
  const start = Math.floor(at * text.length);
  return text.slice(0, start) + insert + text.slice(start + remove);
}

export interface HostileSpec {
  readonly kind: 'valid' | 'mutated' | 'edited' | 'garbage';
  readonly text: string;
}

const ofKind = (kind: HostileSpec['kind']) => (text: string) => ({ kind, text });

/** Specs that are valid, nearly so, hardly so, and none at all. */
const anySpec: fc.Arbitrary<HostileSpec> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .tuple(valid, fc.boolean())
      .map(([spec, json]) => written(spec, json))
      .map(ofKind('valid')),
  },
  {
    weight: 10,
    arbitrary: fc
      .tuple(base, fc.array(mutation, { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([spec, mutations, json]) => {
        for (const one of mutations) mutate(spec, one);
        return written(spec, json);
      })
      .map(ofKind('mutated')),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(base, fc.array(cut, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([spec, cuts, json]) => cuts.reduce(edit, written(spec, json)))
      .map(ofKind('edited')),
  },
  {
    weight: 3,
    arbitrary: fc
      .oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.json(),
        fc
          .array(fc.oneof(fc.constantFrom(...JUNK, 'name', '\n', '  ', '- ', 'colors'), fc.string({ maxLength: 5 })), {
            maxLength: 60,
          })
          .map((parts) => parts.join('')),
        fc
          .tuple(fc.constantFrom('[', '{a: ', '- ', '? ', '{"a":'), fc.nat(200))
          .map(([open, count]) => open.repeat(count)),
      )
      .map(ofKind('garbage')),
  },
);

/** As large as the text of a spec may be: a larger file is refused before it is looked into. */
const MAX_BYTES = 256 * 1024;

export const hostileSpec: fc.Arbitrary<HostileSpec> = anySpec.filter(
  ({ text }) => Buffer.byteLength(text) <= MAX_BYTES,
);
