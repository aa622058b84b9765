import parseWords from 'yargs-parser';
import { COMMON_FLAGS, type Flags, KUBECTL_FLAGS } from '../../invocation/flags.js';

/** Positional words, those behind `--`, and flags by their names. */
export type Parsed = Record<string, unknown> & {
  readonly _: readonly (string | number)[];
  readonly '--'?: readonly (string | number)[];
};

export const PARSING = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'greedy-arrays': false,
  'parse-positional-numbers': false,
  'populate--': true,
};

/** Takes arguments apart, without any judgement of them: a flag that is not known is one like others. */
export function takeApart(argv: readonly string[], flags: Flags): Parsed {
  const all = Object.entries(flags);
  const named = (isOne: (flag: Flags[string]) => unknown) => all.flatMap(([name, flag]) => (isOne(flag) ? name : []));
  return parseWords([...argv], {
    string: named(({ type }) => type === 'string'),
    boolean: named(({ type }) => type === 'boolean'),
    array: named(({ array }) => array),
    alias: Object.fromEntries(
      all.flatMap(([name, { alias }]) => (alias === undefined ? [] : [[name, [alias].flat()]])),
    ),
    configuration: PARSING,
  }) as Parsed;
}

/** The first word that is neither a flag that every command has nor the value of one. */
export function verbOf(argv: readonly string[]): string | undefined {
  const [verb] = takeApart(argv, { ...KUBECTL_FLAGS, ...COMMON_FLAGS })._;
  return verb === undefined ? undefined : String(verb);
}
