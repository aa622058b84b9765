import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePlain } from '../../../../plugin/cli/parse/plain.js';
import { validateArguments } from '../../../../plugin/cli/parse/validate-arguments.js';
import type { Parsed } from '../../../../plugin/cli/parse/words.js';
import { VERBS } from '../../../../plugin/commands/index.js';
import { COMMON_FLAGS, type Flags, KUBECTL_FLAGS } from '../../../../plugin/invocation/flags.js';

const flagsOf = (spec: (typeof VERBS)[number]): Flags => ({ ...KUBECTL_FLAGS, ...COMMON_FLAGS, ...spec.flags });

/** What a command can see of what was parsed. */
function seen(parsed: Parsed, flags: Flags) {
  const values = Object.keys(flags).map((name) => [name, parsed[name]] as const);
  return {
    words: parsed._.map(String),
    behind: parsed['--']?.map(String),
    flags: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
  };
}

/** Words as users type them, and as nobody should. */
function words(flags: Flags): fc.Arbitrary<string[]> {
  const names = Object.entries(flags).flatMap(([name, { alias }]) => [name, ...[alias ?? []].flat()]);
  const dashed = fc
    .constantFrom(...names, 'frob', 'a.b', 'no-yes', '_', 'constructor', '$0')
    .map((name) => (name.length === 1 ? `-${name}` : `--${name}`));
  const value = fc.constantFrom(
    'shop',
    'a=b',
    '',
    '1.10',
    '0x10',
    'true',
    'false',
    'json',
    'blue',
    '--',
    '-',
    '[]',
    ' ',
  );
  const word = fc.oneof(
    value,
    dashed,
    fc.tuple(dashed, value).map(([flag, text]) => `${flag}=${text}`),
    fc.tuple(dashed, value).map(([flag, text]) => `${flag}${text}`),
    fc.string({ maxLength: 6 }),
  );
  return fc.array(word, { maxLength: 6 });
}

describe('arguments in which nothing is questionable', () => {
  test.each(VERBS.map((spec) => [spec.name, spec] as const))(
    'of %s are parsed as the validateArguments would',
    async (_, spec) => {
      const flags = flagsOf(spec);
      await fc.assert(
        fc.asyncProperty(words(flags), async (more) => {
          const argv = [spec.name, ...more];
          const plain = parsePlain(argv, flags);
          if (plain) expect(seen(plain, flags)).toEqual(seen(await validateArguments(argv, flags, spec), flags));
        }),
        { numRuns: 200 },
      );
    },
  );

  test.each([
    [['promote', 'shop', '-n', 'store', '--to=green', '--yes', '-o', 'json', '-f', 'a', '-f', 'b']],
    [['promote', 'shop', '--version', '1.10', '--context=prod', '--', 'npm', 'test', '--yes']],
    [['promote', 'shop', '-o', 'yaml', '--output=json', '--yes=false']],
  ])('such as %j are not questionable', (argv) => {
    const spec = VERBS.find(({ name }) => name === argv[0]) as (typeof VERBS)[number];
    expect(parsePlain(argv, flagsOf(spec))).toBeDefined();
  });
});
