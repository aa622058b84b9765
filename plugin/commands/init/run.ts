import { existsSync } from 'node:fs';
import type { ReleaseInput } from '../../../charts/index.js';
import { EXIT, RefusedError, UsageError } from '../../core/errors.js';
import { printable } from '../../core/text.js';
import { specFlag, usualSpec } from '../../invocation/checkout.js';
import { booleanFlag, type Invocation, listFlag, releaseArgument, stringFlag } from '../../invocation/invocation.js';
import { printDocument } from '../../terminal/document.js';
import { draft, type Given } from './draft.js';
import { FIELDS, pairs } from './fields.js';
import { findSchema, requireAbsent, writeFile } from './file.js';
import type { Read } from './read.js';

export async function run(invocation: Invocation): Promise<number> {
  const fromCluster = booleanFlag(invocation, 'from-cluster');
  requireTogether(invocation, fromCluster);
  // A name that is given is checked before anything is asked; without one, that is the first question.
  const name = invocation.args.length > 0 || fromCluster ? releaseArgument(invocation) : undefined;
  const overwrite = booleanFlag(invocation, 'overwrite');
  const dryRun = booleanFlag(invocation, 'dry-run');
  const fileOf = (release: string) => specFlag(invocation, release);
  if (name !== undefined && !dryRun) requireAbsent(fileOf(name), overwrite);

  // A name that is taken is refused before the other questions.
  const isTaken = (release: string) => name === undefined && !dryRun && !overwrite && existsSync(fileOf(release));
  const taken = (release: string) => (isTaken(release) ? [`${fileOf(release)} exists already`] : []);
  const read = fromCluster
    ? await readCluster(invocation)
    : { input: await readFlags(invocation, name, taken), ...NOTHING };
  const { name: release } = read.input;
  const file = fileOf(release);
  if (!dryRun) requireAbsent(file, overwrite);
  const schema = findSchema(file);
  const { specText, releaseSchemaText } = await import('./spec.js');
  const text = specText(read.input, file, { schema: schema.reference });
  const refused = read.losses.length > 0 && !booleanFlag(invocation, 'partial') && !dryRun;
  const written = dryRun || refused ? [] : [file, ...(schema.exists ? [] : [schema.path])];
  if (written.length > 0) {
    writeFile(file, text, overwrite);
    if (!schema.exists) writeFile(schema.path, releaseSchemaText(), false);
  }
  await show(invocation, read, { file, text, written, refused });
  if (refused) throw new RefusedError(refusal(read, file));
  return EXIT.done;
}

const NOTHING = { source: 'flags' as const, losses: [], notes: [], next: [] };

async function readFlags(
  invocation: Invocation,
  name: string | undefined,
  taken: (name: string) => string[],
): Promise<ReleaseInput> {
  const { stdin, stderr, signal } = invocation;
  const { problemsOf } = await import('./spec.js');
  const problems = (input: ReleaseInput) => [...problemsOf(input), ...taken(input.name)];
  const mayAsk = (stdin as { isTTY?: boolean }).isTTY && stderr.isTTY && !booleanFlag(invocation, 'yes');
  if (!mayAsk) return draft(givenFlags(invocation, name), problems, undefined);
  const { openQuestions } = await import('../../terminal/questions.js');
  const questions = openQuestions(stdin, stderr, signal);
  try {
    return await draft(givenFlags(invocation, name), problems, questions);
  } finally {
    questions.close();
  }
}

function givenFlags(invocation: Invocation, name: string | undefined): Given {
  const flags = FIELDS.flatMap(({ flag }): [string, string][] => {
    const value = stringFlag(invocation, flag) ?? listFlag(invocation, flag).join(' ');
    return invocation.flags[flag] === undefined ? [] : [[flag, value]];
  });
  const env = pairs(listFlag(invocation, 'env'), 'env');
  const data = pairs(listFlag(invocation, 'config'), 'config');
  const more = {
    ...(Object.keys(env).length > 0 && { env }),
    ...(Object.keys(data).length > 0 && { config: { data } }),
  };
  return { name, namespace: stringFlag(invocation, 'namespace'), flags: new Map(flags), more };
}

async function readCluster(invocation: Invocation): Promise<Read> {
  const { readLive } = await import('./read.js');
  return readLive(invocation, releaseArgument(invocation));
}

const ONLY_FROM_CLUSTER = ['deployment', 'service', 'partial'];

function requireTogether({ flags }: Invocation, fromCluster: boolean): void {
  const given = (name: string) => flags[name] !== undefined && flags[name] !== false;
  const [alone] = ONLY_FROM_CLUSTER.filter(given);
  if (!fromCluster && alone !== undefined) throw new UsageError(`--${alone} needs --from-cluster`);
  const [said] = [...FIELDS.map(({ flag }) => flag), 'env', 'config'].filter(given);
  if (fromCluster && said !== undefined)
    throw new UsageError(
      `--${said} and --from-cluster exclude each other: the spec says what is live, and can be edited`,
    );
}

interface Result {
  readonly file: string;
  readonly text: string;
  readonly written: readonly string[];
  readonly refused: boolean;
}

async function show(invocation: Invocation, read: Read, { file, text, written, refused }: Result): Promise<void> {
  const { stdout, stderr } = invocation;
  const format = stringFlag(invocation, 'output');
  const { input, source, losses, notes, next } = read;
  const say = (line: string) => stderr.write(`${printable(line)}\n`);
  if (!refused) for (const loss of losses) say(`warning: ${loss}`);
  for (const note of notes) say(`note: ${note}`);
  if (format === 'json' || format === 'yaml') {
    const phase = refused ? 'refused' : written.length > 0 ? 'complete' : 'planned';
    const document = {
      release: input.name,
      operation: 'init',
      phase,
      source,
      spec: file,
      written,
      losses,
      notes,
      // It may hold what is no matter of a log.
      ...(written.length === 0 && !refused && { text }),
      exitCode: refused ? EXIT.refused : EXIT.done,
    };
    await printDocument(stdout, format, document);
  } else if (written.length === 0 && !refused) stdout.write(text);
  else for (const path of written) stdout.write(format === 'name' ? `${path}\n` : `${path} written\n`);
  if (written.length > 0) for (const line of nextSteps(invocation, input, file, next)) say(line);
}

function nextSteps(
  invocation: Invocation,
  { name, namespace }: ReleaseInput,
  file: string,
  more: readonly string[],
): string[] {
  const isUsual = file === usualSpec(name);
  const asked = stringFlag(invocation, 'namespace');
  const where = asked !== undefined && namespace === undefined ? ` --namespace=${asked}` : '';
  return [
    'next:',
    `  kubectl bluegreen synth${isUsual ? '' : ` ${file}`}`,
    `  kubectl bluegreen deploy ${name} -f dist/${where}`,
    ...more.map((line) => `  ${line}`),
  ];
}

function refusal({ losses }: Read, file: string): string {
  const list = losses.map((loss) => `\n  ${loss}`).join('');
  return `the spec cannot say all that is live, and ${file} was not written: use --partial to write it without:${list}`;
}
