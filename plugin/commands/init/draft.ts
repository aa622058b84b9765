/** Flags and answers -> a new spec. */
import type { ReleaseInput } from '../../../charts/index.js';
import { BluegreenError, RefusedError, UsageError } from '../../core/errors.js';
import type { Questions } from '../../terminal/questions.js';
import { blank, FIELDS, type Field, withChecks } from './fields.js';

/** What is wrong with a spec, a line each; empty for a valid one. */
export type Problems = (input: ReleaseInput) => readonly string[];

export interface Given {
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** Values of flags by name; a flag that can be repeated has its values with spaces between them. */
  readonly flags: ReadonlyMap<string, string>;
  /** Fields that only flags set. */
  readonly more: Partial<ReleaseInput>;
}

/** Stands for the release until it has a name. */
const UNNAMED = 'unnamed';

const NAME: Field = {
  flag: 'NAME',
  question: 'Name of the release',
  standard: ({ name }) => (name === UNNAMED ? undefined : name),
  set: (input, name) => ({ ...input, name }),
};

/**
 * The spec that flags give and, with `questions`, the answers to what they leave open.
 *
 * @throws UsageError for a flag that the spec's rules refuse, and, without questions, naming what is missing;
 *   RefusedError when the input ends before the last answer
 */
export async function draft(given: Given, problems: Problems, questions: Questions | undefined): Promise<ReleaseInput> {
  let input = withFlags(given, problems);
  const open = [NAME, ...FIELDS].filter(({ flag }) => !isGiven(flag, given));
  const missing = open.filter((field) => field.standard(input) === undefined);
  if (missing.length > 0 && !questions) throw new UsageError(missingText(missing, given));
  for (const field of missing.length > 0 ? open : []) {
    const isSaid = field.onlyIfNeeded && field.standard(input) !== undefined;
    if (questions && !isSaid) input = await answered(field, input, problems, questions);
  }
  return withChecks(input);
}

const isGiven = (flag: string, { name, flags }: Given) => (flag === NAME.flag ? name !== undefined : flags.has(flag));

function withFlags({ name, namespace, flags, more }: Given, problems: Problems): ReleaseInput {
  const start = { ...blank(name ?? UNNAMED, namespace), ...more };
  requireValid(start, problems, undefined);
  return FIELDS.reduce((input, field) => {
    const value = flags.get(field.flag);
    if (value === undefined) return input;
    const changed = field.set(input, value);
    requireValid(changed, problems, `invalid value "${value}" for --${field.flag}`);
    return changed;
  }, start);
}

function requireValid(input: ReleaseInput, problems: Problems, what: string | undefined): void {
  const [first] = problems(input);
  if (first !== undefined) throw new UsageError(what === undefined ? first : `${what}: ${first}`);
}

function missingText(missing: readonly Field[], { name }: Given): string {
  // What another field may say is missing only when that one is there.
  const needed = missing.filter(({ onlyIfNeeded }) => !onlyIfNeeded || missing.length === 1);
  const list = needed.map(({ flag, question }) => `${flag === NAME.flag ? 'NAME' : `--${flag}`} (${question})`);
  return (
    `missing without a terminal to ask on: ${list.join(', ')}\n` +
    `or let "kubectl bluegreen init ${name ?? 'NAME'} --from-cluster" read what is there\n` +
    "See 'kubectl bluegreen init --help' for usage."
  );
}

/** Asks until the answer is one that the rules of the spec take. */
async function answered(
  field: Field,
  input: ReleaseInput,
  problems: Problems,
  questions: Questions,
): Promise<ReleaseInput> {
  const standard = field.standard(input);
  for (;;) {
    const line = await questions.ask(`${field.question}${standard === undefined ? '' : ` [${standard}]`}: `);
    if (line === undefined) throw new RefusedError('the answers ended: nothing was written');
    const answer = line.trim();
    if (answer === '' && standard !== undefined) return input;
    const changed = answer === '' ? 'an answer is needed' : attempt(() => field.set(input, answer));
    const wrong = typeof changed === 'string' ? [changed] : problems(changed);
    if (typeof changed !== 'string' && wrong.length === 0) return changed;
    for (const problem of wrong) questions.say(`  ${problem}`);
  }
}

function attempt(set: () => ReleaseInput): ReleaseInput | string {
  try {
    return set();
  } catch (error) {
    if (error instanceof BluegreenError) return error.message;
    throw error;
  }
}
