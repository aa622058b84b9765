import yargs from 'yargs';
import { UsageError } from '../../core/errors.js';
import type { Flags } from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';
import { PARSING, type Parsed } from './words.js';

/** @throws UsageError in kubectl's words, for the first that is wrong */
export function validateArguments(argv: readonly string[], flags: Flags, spec: Verb | undefined): Promise<Parsed> {
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
    .parseAsync([...argv]) as Promise<Parsed>;
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
