import { isDeepStrictEqual } from 'node:util';
import parseWords from 'yargs-parser';
import { nearest } from '../charts/spec/suggest.js';
import type { Connection } from './edges/connection.js';
import { UsageError } from './errors.js';
import { COMMON_FLAGS, type Flags, KUBECTL_FLAGS } from './flags.js';
import { commandHelp, programHelp, usage } from './help.js';
import { type FlagValue, type Invocation, kubectlFlags } from './invocation.js';
import { VERBS } from './verbs/index.js';
import type { Verb } from './verbs/verb.js';

/** What surrounds a call: everything of an Invocation but what the arguments say. */
export type Surroundings = Omit<Invocation, 'args' | 'flags' | 'connection'>;

/**
 * Runs one call of the program.
 *
 * @returns its exit code
 * @throws UsageError for arguments that make no sense, before the command is loaded and the cluster asked
 */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const glimpse = glance(argv);
  const spec = VERBS.find(({ name }) => name === glimpse.verb);
  // kubectl takes longer to start than anything here to load, so that is begun before the arguments are judged.
  const begun =
    spec?.connects && !glimpse.help ? await begin(spec.connects, glimpse.flags, surroundings.env) : undefined;
  try {
    return await run(argv, spec, surroundings, begun);
  } finally {
    begun?.end();
  }
}

async function run(
  argv: readonly string[],
  spec: Verb | undefined,
  surroundings: Surroundings,
  begun: Begun | undefined,
): Promise<number> {
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
  const given = spec.takesCommand && command ? { command } : {};
  const invocation = { ...surroundings, args, flags: parsed as Record<string, FlagValue>, ...given };
  const { run: runVerb } = await spec.load();
  // One that was begun by other flags than those that were judged is none.
  const isMeant = begun && isDeepStrictEqual(begun.connection.kubectl.flags, kubectlFlags(invocation));
  return runVerb(isMeant ? { ...invocation, connection: begun.connection } : invocation);
}

interface Begun {
  readonly connection: Connection;
  /** Does nothing to one that has ended. */
  end(): void;
}

async function begin(
  needs: NonNullable<Verb['connects']>,
  flags: Invocation['flags'],
  env: NodeJS.ProcessEnv,
): Promise<Begun> {
  const { beginConnection, endConnection } = await import('./edges/connection.js');
  const isGiven = Boolean(flags.namespace ?? env.NAMESPACE);
  const connection = beginConnection(env, kubectlFlags({ flags }), needs === 'context' || !isGiven);
  return { connection, end: () => endConnection(connection) };
}

function unknownCommand(word: string): UsageError {
  const near = nearest(
    word,
    VERBS.map(({ name }) => name),
  );
  const hint = near ? `did you mean "${near}"?` : `See 'kubectl bluegreen --help' for usage.`;
  return new UsageError(`unknown command "${word}" for "kubectl bluegreen"\n${hint}`);
}

/** Positional words, those behind `--`, and flags. */
type Parsed = Record<string, unknown> & { readonly _: readonly (string | number)[] };

const PARSING = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'greedy-arrays': false,
  'parse-positional-numbers': false,
  'populate--': true,
};

interface Glimpse {
  /** The first word that is neither a flag nor the value of one. */
  readonly verb: string | undefined;
  readonly help: boolean;
  /** Those of kubectl, as they look before they are judged. */
  readonly flags: Readonly<Record<string, FlagValue>>;
}

/** Only what a flag looks like matters here: what is right for it is judged when the verb is known. */
function glance(argv: readonly string[]): Glimpse {
  const flags = Object.entries<Flags[string]>({ ...KUBECTL_FLAGS, ...COMMON_FLAGS });
  const named = (isOne: (flag: Flags[string]) => unknown) => flags.flatMap(([name, flag]) => (isOne(flag) ? name : []));
  const words = parseWords([...argv], {
    string: named(({ type }) => type === 'string'),
    boolean: named(({ type }) => type === 'boolean'),
    array: named(({ array }) => array),
    alias: Object.fromEntries(
      flags.flatMap(([name, { alias }]) => (alias === undefined ? [] : [[name, [alias].flat()]])),
    ),
    configuration: PARSING,
  });
  const [verb] = words._;
  const seen = Object.entries(KUBECTL_FLAGS).map(([name, { array }]) => {
    const value: FlagValue | string[] = words[name];
    return [name, Array.isArray(value) && !array ? value.at(-1) : value] as const;
  });
  return {
    verb: verb === undefined ? undefined : String(verb),
    help: words.help === true,
    flags: Object.fromEntries(seen),
  };
}

async function parse(argv: readonly string[], spec: Verb | undefined): Promise<Parsed> {
  const flags: Flags = { ...KUBECTL_FLAGS, ...COMMON_FLAGS, ...spec?.flags };
  // Without flags there is nothing to judge, and what judges takes longer to load than many a command.
  if (argv.length === 0 || (argv.length === 1 && argv[0] === spec?.name)) return { ...defaultsOf(flags), _: [...argv] };
  if (argv.length === 1 && argv[0] === '--help') return { _: [], help: true };
  const { default: yargs } = await import('yargs');
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

function defaultsOf(flags: Flags): Record<string, unknown> {
  const given = Object.entries(flags).filter(([, flag]) => flag.default !== undefined);
  return Object.fromEntries(given.map(([name, flag]) => [name, flag.default]));
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
