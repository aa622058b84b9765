import { COLORS } from '../../../charts/names.js';
import { VERBS } from '../../commands/index.js';
import type { Flags } from '../../invocation/flags.js';
import { readWords, type Typed } from './words.js';

/**
 * How the shell is to treat the candidates, as bits.
 *
 * @see https://pkg.go.dev/github.com/spf13/cobra#ShellCompDirective
 */
export const DIRECTIVE = { files: 0, noFiles: 4, filesWithExtension: 8, folders: 16 } as const;

export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly directive: number;
}

/** Names that only kubectl knows, and those of the environments that were synthesized. */
export type Source = 'contexts' | 'clusters' | 'users' | 'namespaces' | 'releases' | 'deployments' | 'environments';

/** @param kubectlFlags - the global flags that were typed, which say what cluster and namespace are meant */
export type LookUp = (source: Source, kubectlFlags: readonly string[]) => Promise<readonly string[]>;

/**
 * What the word that is being typed may become.
 *
 * @param words - all words after `kubectl bluegreen`; the last is being typed, and may be empty
 */
export async function complete(words: readonly string[], lookUp: LookUp): Promise<Completion> {
  const typed = readWords(words);
  const { candidates, directive } = await possible(typed, (source) => lookUp(source, typed.kubectlFlags));
  // Extensions of files are not prefixes of what is typed: they are not filtered.
  if (directive === DIRECTIVE.filesWithExtension) return { candidates, directive };
  return { candidates: candidates.filter(({ value }) => value.startsWith(typed.current)), directive };
}

type Ask = (source: Source) => Promise<readonly string[]>;

async function possible(typed: Typed, ask: Ask): Promise<Completion> {
  if (typed.isCommand) return { candidates: [], directive: DIRECTIVE.files };
  if (typed.pending !== undefined) return flagValues(typed.pending, typed.flags, ask);
  if (typed.current.startsWith('-')) return only(flagNames(typed));
  if (typed.args.length === 0) return only([...verbs(), { value: 'help', description: 'Show the help of a command' }]);
  if (typed.args[0] === 'help') return only(typed.args.length === 1 ? verbs() : []);
  return positional(typed, ask);
}

const only = (candidates: readonly Candidate[]): Completion => ({ candidates, directive: DIRECTIVE.noFiles });
const values = (names: readonly string[]): Completion => only(names.map((value) => ({ value })));
const filesNamed = (...extensions: string[]): Completion => ({
  candidates: extensions.map((value) => ({ value })),
  directive: DIRECTIVE.filesWithExtension,
});

const verbs = (): Candidate[] =>
  VERBS.filter(({ hidden }) => !hidden).map(({ name, summary }) => ({ value: name, description: summary }));

/** The flags that were not given yet, or that can be repeated. */
function flagNames({ flags, given }: Typed): Candidate[] {
  return Object.entries(flags)
    .filter(([name, { array }]) => array || !given.has(name))
    .flatMap(([name, { alias, describe }]) => {
      const forms =
        name.length === 1 ? [`-${name}`] : [`--${name}`, ...(typeof alias === 'string' ? [`-${alias}`] : [])];
      return forms.map((value) => ({ value, description: describe }));
    });
}

const SOURCES: Readonly<Record<string, Source>> = {
  'argocd-namespace': 'namespaces',
  cluster: 'clusters',
  context: 'contexts',
  environment: 'environments',
  namespace: 'namespaces',
  user: 'users',
};
const FILES = ['certificate-authority', 'client-certificate', 'client-key', 'dockerfile', 'junit', 'kubeconfig'];
const FOLDERS = ['build-context', 'cache-dir', 'output-dir'];

async function flagValues(name: string, flags: Flags, ask: Ask): Promise<Completion> {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag?.type === 'boolean') return values(['true', 'false']);
  if (flag?.choices) return values(flag.choices.map(String));
  if (name === 'filename') return filesNamed('yaml', 'yml', 'json');
  if (name === 'spec') return filesNamed('yaml', 'yml');
  if (FILES.includes(name)) return { candidates: [], directive: DIRECTIVE.files };
  if (FOLDERS.includes(name)) return { candidates: [], directive: DIRECTIVE.folders };
  const source = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
  return values(source ? await ask(source) : []);
}

/** What an argument is, its placeholder in the usage line says. */
async function positional({ verb, args }: Typed, ask: Ask): Promise<Completion> {
  const placeholders = verb?.args.match(/[A-Z][A-Za-z|]*/g) ?? [];
  const index = args.length - 1;
  if (!verb || index >= verb.maxArgs) return values([]);
  // What may be given in its place stands behind it, as in `COLOR|active|idle`.
  const [placeholder, ...words] = (placeholders[index] ?? placeholders.at(-1) ?? '').split('|');
  switch (placeholder) {
    case 'NAME':
      return values(await ask('releases'));
    case 'DEPLOYMENT':
      return values(await ask('deployments'));
    case 'COLOR':
      return values([...COLORS, ...words]);
    case 'SPEC':
      return filesNamed('yaml', 'yml');
    default:
      return values([]);
  }
}
