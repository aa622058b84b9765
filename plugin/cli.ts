import yargs from 'yargs';
import { nearest } from '../charts/spec/suggest.js';
import { UsageError } from './errors.js';
import { COMMON_FLAGS, type Flags, KUBECTL_FLAGS } from './flags.js';
import { commandHelp, programHelp, usage } from './help.js';
import type { FlagValue, Invocation } from './invocation.js';
import { VERBS } from './verbs/index.js';
import type { Verb } from './verbs/verb.js';

/** What surrounds a call: everything of an Invocation but what the arguments say. */
export type Surroundings = Omit<Invocation, 'args' | 'flags'>;

/**
 * Runs one call of the program.
 *
 * @returns its exit code
 * @throws UsageError for arguments that make no sense, before anything else is loaded
 */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const spec = VERBS.find(({ name }) => name === firstWord(argv));
  const parsed = await parse(argv, spec);
  const [verb, ...words] = parsed._.map(String);
  const behind = parsed['--'] as (string | number)[] | undefined;
  const command = behind?.map(String);
  // For a verb that runs no command, what follows -- are arguments that look like flags.
  const args = spec?.takesCommand ? words : [...words, ...(command ?? [])];
  const { stdout } = surroundings;
  if (!spec) {
    const topic = verb === 'help' ? args[0] : verb;
    const about = verb === 'help' ? VERBS.find(({ name }) => name === topic) : undefined;
    if (topic !== undefined && !about) throw unknownCommand(topic);
    stdout.write(`${about ? commandHelp(about) : programHelp(VERBS)}\n`);
    return 0;
  }
  if (parsed.help === true) {
    stdout.write(`${commandHelp(spec)}\n`);
    return 0;
  }
  if (args.length > spec.maxArgs)
    throw new UsageError(
      `unexpected argument "${args[spec.maxArgs]}"\nUsage: kubectl bluegreen ${usage(spec)} [options]`,
    );
  if (spec.takesCommand && argv.at(-1) === '--') throw new UsageError('a command is missing behind --');
  const { run } = await spec.load();
  const given = spec.takesCommand && command ? { command } : {};
  return run({ ...surroundings, args, flags: parsed as Record<string, FlagValue>, ...given });
}

function unknownCommand(word: string): UsageError {
  const near = nearest(
    word,
    VERBS.map(({ name }) => name),
  );
  const hint = near ? `did you mean "${near}"?` : `See 'kubectl bluegreen --help' for usage.`;
  return new UsageError(`unknown command "${word}" for "kubectl bluegreen"\n${hint}`);
}

const PARSING = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'greedy-arrays': false,
  'parse-positional-numbers': false,
  'populate--': true,
};

/** What a flag looks like, without what is right for it: that is judged when the verb is known. */
function withoutRules({ type, alias, array, describe }: Flags[string]): Flags[string] {
  return { type, describe, ...(alias !== undefined && { alias }), ...(array && { array }) };
}

/** The verb: the first word that is neither a flag nor the value of one. */
function firstWord(argv: readonly string[]): string | undefined {
  const flags = mapValues({ ...KUBECTL_FLAGS, ...COMMON_FLAGS }, withoutRules);
  const { _: words } = yargs()
    .parserConfiguration(PARSING)
    .help(false)
    .version(false)
    .options(flags)
    .parseSync([...argv]);
  return words[0] === undefined ? undefined : String(words[0]);
}

async function parse(argv: readonly string[], spec: Verb | undefined) {
  const flags: Flags = { ...KUBECTL_FLAGS, ...COMMON_FLAGS, ...spec?.flags };
  return yargs()
    .parserConfiguration(PARSING)
    .help(false)
    .version(false)
    .exitProcess(false)
    .options(mapValues(flags, lastOne))
    .strictOptions()
    .fail((message, error) => {
      // What yargs itself finds wrong comes with an error as well.
      if (error && error.name !== 'YError') throw error;
      throw new UsageError(inKubectlStyle(message ?? error.message, spec));
    })
    .parseAsync([...argv]);
}

/** As in kubectl, the last of a flag that is given twice counts, unless it can be repeated. */
function lastOne(flag: Flags[string]): Flags[string] {
  if (flag.array || flag.type !== 'string') return flag;
  return { ...flag, requiresArg: true, coerce: (value: unknown) => (Array.isArray(value) ? value.at(-1) : value) };
}

function mapValues(flags: Flags, change: (flag: Flags[string]) => Flags[string]): Flags {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, change(flag)]));
}

function inKubectlStyle(message: string, spec: Verb | undefined): string {
  const see = `See 'kubectl bluegreen${spec ? ` ${spec.name}` : ''} --help' for usage.`;
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1];
  if (unknown !== undefined) {
    const flag = unknown.split(', ')[0] ?? '';
    return `unknown flag: ${flag.length === 1 ? '-' : '--'}${flag}\n${see}`;
  }
  const needy = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (needy !== undefined) return `flag needs an argument: ${needy.length === 1 ? '-' : '--'}${needy}\n${see}`;
  const [, name, given, choices] = /Argument: (\S+), Given: "(.*)", Choices: (.*)$/.exec(message) ?? [];
  if (choices !== undefined) {
    const wanted = choices.replaceAll('"', '').replace(/, ([^,]*)$/, ' or $1');
    return `invalid value "${given}" for --${name}: want ${wanted}\n${see}`;
  }
  return `${message.replace(/\s+/g, ' ').trim()}\n${see}`;
}
