import { COMMON_FLAGS, type Flags, KUBECTL_FLAGS } from './flags.js';
import { GROUPS, type Verb } from './verb.js';

const PROGRAM = 'kubectl bluegreen';

/** Help in kubectl's layout: description, Examples, Options, Usage. */
export async function commandHelp(spec: Verb): Promise<string> {
  const { description, examples } = await spec.help();
  return [
    description,
    section('Examples', indent(examples, 2)),
    section('Options', optionLines({ ...spec.flags, ...COMMON_FLAGS })),
    section('Usage', `  ${PROGRAM} ${usage(spec)} [options]${spec.takesCommand ? ' [-- COMMAND [ARG...]]' : ''}`),
    `Use "${PROGRAM} options" for a list of global command-line options (of kubectl, which they are handed to).`,
  ].join('\n\n');
}

export function programHelp(specs: readonly Verb[]): string {
  const width = Math.max(...specs.map((spec) => spec.name.length));
  const listed = (group: Verb['group']) =>
    specs
      .filter((spec) => spec.group === group && !spec.hidden)
      .map((spec) => `  ${spec.name.padEnd(width)}  ${spec.summary}`);
  return [
    'Blue/green releases on Kubernetes without a controller: every Pod is verified before traffic moves, every move is proved.',
    ...GROUPS.map((group) => section(group, listed(group).join('\n'))),
    section('Usage', `  ${PROGRAM} COMMAND [NAME] [options]`),
    `Use "${PROGRAM} COMMAND --help" for more information about a given command.`,
    `Use "${PROGRAM} options" for a list of global command-line options (of kubectl, which they are handed to).`,
  ].join('\n\n');
}

export function optionsHelp(): string {
  return `The following options can be passed to any command; kubectl interprets them:\n\n${optionLines(KUBECTL_FLAGS)}`;
}

export function usage({ name, args }: Verb): string {
  return args ? `${name} ${args}` : name;
}

function optionLines(flags: Flags): string {
  return Object.entries(flags)
    .map(
      ([name, { alias, describe, hint }]) =>
        `    ${alias ? `-${alias}, ` : ''}--${name}=${hint ?? ''}:\n\t${describe}.`,
    )
    .join('\n\n');
}

const section = (title: string, body: string) => `${title}:\n${body}`;

const indent = (body: string, spaces: number) =>
  body
    .trim()
    .split('\n')
    .map((line) => (line ? ' '.repeat(spaces) + line : line))
    .join('\n');
