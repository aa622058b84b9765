import { nearest } from '../../charts/spec/suggest.js';
import { VERBS } from '../commands/index.js';
import { UsageError } from '../core/errors.js';
import { COMMON_FLAGS, type Flags, KUBECTL_FLAGS } from '../invocation/flags.js';
import { commandHelp, programHelp, usage } from '../invocation/help.js';
import { type FlagValue, type Invocation, kubectlFlags } from '../invocation/invocation.js';
import type { Verb } from '../invocation/verb.js';
import type { Connection } from '../kube/connection.js';
import { parsePlain } from './parse/plain.js';
import { type Parsed, verbOf } from './parse/words.js';

/** What surrounds a call: everything of an Invocation but what the arguments say. */
export type Surroundings = Omit<Invocation, 'verb' | 'args' | 'flags' | 'connection'>;

/**
 * Runs one call of the program.
 *
 * @returns its exit code
 * @throws UsageError for arguments that make no sense, before the command is loaded and the cluster asked
 */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const verb = verbOf(argv);
  const spec = VERBS.find(({ name }) => name === verb);
  const flags: Flags = { ...KUBECTL_FLAGS, ...COMMON_FLAGS, ...spec?.flags };
  const plain = parsePlain(argv, flags);
  // kubectl takes longer to start than anything here to load, so that is begun before the command is loaded.
  const connection = plain && spec && begins(spec, plain) ? await begin(spec, plain, surroundings.env) : undefined;
  try {
    const parsed = plain ?? (await validateArguments(argv, flags, spec));
    return await run(argv, spec, parsed, { ...surroundings, ...(connection && { connection }) });
  } finally {
    // Does nothing to one that has ended.
    if (connection) (await import('../kube/connection.js')).endConnection(connection);
  }
}

async function run(
  argv: readonly string[],
  spec: Verb | undefined,
  parsed: Parsed,
  surroundings: Surroundings & Pick<Invocation, 'connection'>,
): Promise<number> {
  const [verb, ...words] = parsed._.map(String);
  const command = parsed['--']?.map(String);
  // For a verb that runs no command, what follows -- are arguments that look like flags.
  const args = spec?.takesCommand ? words : [...words, ...(command ?? [])];
  const { stdout } = surroundings;
  if (!spec) {
    const topic = verb === 'help' ? args[0] : verb;
    const about = verb === 'help' ? VERBS.find(({ name }) => name === topic) : undefined;
    if (topic !== undefined && !about) throw unknownCommand(topic);
    stdout.write(`${about ? await commandHelp(about) : programHelp(VERBS)}\n`);
    return 0;
  }
  if (parsed.help === true) {
    stdout.write(`${await commandHelp(spec)}\n`);
    return 0;
  }
  if (args.length > spec.maxArgs)
    throw new UsageError(
      `unexpected argument "${args[spec.maxArgs]}"\nUsage: kubectl bluegreen ${usage(spec)} [options]`,
    );
  if (spec.takesCommand && argv.at(-1) === '--') throw new UsageError('a command is missing behind --');
  const given = spec.takesCommand && command ? { command } : {};
  const invocation = { ...surroundings, verb: spec.name, args, flags: parsed as Record<string, FlagValue>, ...given };
  return (await spec.load()).run(invocation);
}

const begins = ({ connects }: Verb, { help }: Parsed) => connects !== undefined && help !== true;

async function begin({ connects }: Verb, parsed: Parsed, env: NodeJS.ProcessEnv): Promise<Connection> {
  const { beginConnection } = await import('../kube/connection.js');
  const isGiven = Boolean(parsed.namespace ?? env.NAMESPACE);
  const flags = kubectlFlags({ flags: parsed as Record<string, FlagValue> });
  return beginConnection(env, flags, isGiven ? (connects === 'context' ? 'later' : 'never') : 'first');
}

/** What says what is wrong takes longer to load than many a command. */
async function validateArguments(argv: readonly string[], flags: Flags, spec: Verb | undefined): Promise<Parsed> {
  const { validateArguments: judgeAll } = await import('./parse/validate-arguments.js');
  return judgeAll(argv, flags, spec);
}

function unknownCommand(word: string): UsageError {
  const near = nearest(
    word,
    VERBS.map(({ name }) => name),
  );
  const hint = near ? `did you mean "${near}"?` : `See 'kubectl bluegreen --help' for usage.`;
  return new UsageError(`unknown command "${word}" for "kubectl bluegreen"\n${hint}`);
}
