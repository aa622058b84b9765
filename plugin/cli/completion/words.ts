import { VERBS } from '../../commands/index.js';
import { COMMON_FLAGS, type Flags, KUBECTL_FLAGS } from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

/** A command line that is still being typed, read as far as it goes: what makes no sense yet is no error. */
export interface Typed {
  readonly verb: Verb | undefined;
  /** Words that are neither flags nor their values, without the word that is being typed; the first is the verb. */
  readonly args: readonly string[];
  /** The flags that may be given here. */
  readonly flags: Flags;
  /** Names of the flags that were given. */
  readonly given: ReadonlySet<string>;
  /** kubectl's global flags among them, in the form that kubectl takes. */
  readonly kubectlFlags: readonly string[];
  /** Whether the word belongs to a command behind `--`. */
  readonly isCommand: boolean;
  /** The flag whose value is being typed. */
  readonly pending?: string;
  /** The word, or the part of it, that is to be completed. */
  readonly current: string;
}

/** @param words - all words after `kubectl bluegreen`; the last is the one that is being typed */
export function readWords(words: readonly string[]): Typed {
  const args: string[] = [];
  const given = new Set<string>();
  const kubectlFlags: string[] = [];
  let verb: Verb | undefined;
  let pending: string | undefined;
  let flagsEnded = false;
  const flags = (): Flags => ({ ...verb?.flags, ...COMMON_FLAGS, ...KUBECTL_FLAGS });
  const give = (name: string, value: string) => {
    if (Object.hasOwn(KUBECTL_FLAGS, name)) kubectlFlags.push(`--${name}=${value}`);
  };

  for (const word of words.slice(0, -1)) {
    if (pending !== undefined) {
      give(pending, word);
      pending = undefined;
    } else if (!flagsEnded && word === '--') {
      flagsEnded = true;
    } else if (!flagsEnded && word.startsWith('-') && word !== '-') {
      const { name, value } = splitFlag(word, flags());
      if (name === undefined) continue;
      given.add(name);
      if (value !== undefined) give(name, value);
      else if (flags()[name]?.type === 'boolean') give(name, 'true');
      else pending = name;
    } else {
      if (args.length === 0) verb = VERBS.find((spec) => spec.name === word);
      args.push(word);
    }
  }

  const last = words.at(-1) ?? '';
  const isCommand = flagsEnded && verb?.takesCommand === true;
  const common = { verb, args, flags: flags(), given, kubectlFlags, isCommand };
  if (pending !== undefined) return { ...common, pending, current: last };
  const equals = last.indexOf('=');
  if (flagsEnded || !last.startsWith('-') || equals < 0) return { ...common, current: last };
  // Shells complete what follows the "=" as a word of its own.
  const { name } = splitFlag(last, common.flags);
  return { ...common, pending: name ?? '', current: last.slice(equals + 1) };
}

/** `--name`, `--name=value`, `-n`, `-nvalue` or `-n=value`; without a name for a flag that does not exist. */
function splitFlag(word: string, flags: Flags): { name?: string; value?: string } {
  const [, long, short, rest] = /^(?:--([^=]+)|-([^-=]))(.*)$/s.exec(word) ?? [];
  const name = long ?? Object.keys(flags).find((each) => each === short || flags[each]?.alias === short);
  if (name === undefined || !Object.hasOwn(flags, name)) return {};
  if (!rest || flags[name]?.type === 'boolean') return { name, ...(rest?.startsWith('=') && { value: rest.slice(1) }) };
  return { name, value: rest.replace(/^=/, '') };
}
