import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { REPOSITORY } from '../../cluster/cluster.js';
import { type Result, run } from './cluster.js';

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

export const action = parse(readFileSync(join(REPOSITORY, 'action.yml'), 'utf8')) as Action;

/** What a step that uses the action left. */
export interface Used {
  /** Of the step that failed, else of the last one. */
  readonly exitCode: number;
  readonly stderr: string;
  /** Names of the steps that ran. */
  readonly ran: readonly string[];
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Job {
  /** The workspace. */
  readonly cwd: string;
  /** A folder of the job's own: RUNNER_TEMP, and the files that stand for GitHub. */
  readonly folder: string;
  readonly event?: { readonly name: string; readonly number: number };
  /** Programs found before all others. */
  readonly path?: string;
}

/** Runs the action's steps as a runner does: conditions, expressions in env alone, bash, and files for what they set. */
export async function useAction(inputs: Record<string, string>, { cwd, folder, event, path }: Job): Promise<Used> {
  mkdirSync(folder, { recursive: true });
  const files = { GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary', GITHUB_PATH: 'path' };
  const given = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: value }]) => [name, value ?? '']),
  );
  const values: Record<string, string> = {
    ...prefixed('inputs', { ...given, ...inputs }),
    'github.token': 'a-token',
    'github.event_name': event?.name ?? 'workflow_dispatch',
    'github.event.pull_request.number': String(event?.number ?? ''),
  };
  const ran: string[] = [];
  let [summary, exitCode, stderr] = ['', 0, ''];
  for (const step of action.runs.steps) {
    if (step.run.includes('${{')) throw new Error(`${step.name}: an expression in a script is an injection`);
    if (!holds(step.if ?? 'true', values)) continue;
    for (const file of Object.values(files)) writeFileSync(join(folder, file), '');
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, text]) => [name, expand(text, values)]));
    const result = await runStep(step, env, { cwd, folder, path }, files);
    ran.push(step.name);
    summary += readFileSync(join(folder, 'summary'), 'utf8');
    Object.assign(values, prefixed(`steps.${step.id}.outputs`, keyValues(join(folder, 'output'))));
    ({ exitCode, stderr } = result);
    if (exitCode !== 0) break;
  }
  const outputs = Object.fromEntries(
    Object.entries(action.outputs).map(([name, { value }]) => [name, expand(value, values)]),
  );
  return { exitCode, stderr, ran, summary, outputs };
}

function runStep(
  step: Step,
  env: Record<string, string>,
  { cwd, folder, path }: Pick<Job, 'cwd' | 'folder' | 'path'>,
  files: Record<string, string>,
): Promise<Result> {
  const script = join(folder, 'step.sh');
  writeFileSync(script, step.run);
  const github = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(folder, file)]));
  const prepend = path ? [`PATH=${path}${delimiter}$PATH`] : [];
  // The options are those of `shell: bash`.
  const line = [...prepend, `cd '${cwd}'`, `exec bash --noprofile --norc -eo pipefail '${script}'`].join('\n');
  return run(['bash', '-c', line], {
    env: { ...env, ...github, RUNNER_TEMP: folder, GITHUB_ACTION_PATH: REPOSITORY, GITHUB_REPOSITORY: 'team/shop' },
  });
}

const prefixed = (prefix: string, values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));

const expand = (text: string, values: Record<string, string>) =>
  text.replace(/\$\{\{\s*([^}\s]+)\s*\}\}/g, (_, name: string) => values[name] ?? '');

/** Conditions of `A == 'text'`, joined by && or by ||. */
function holds(condition: string, values: Record<string, string>): boolean {
  return condition.split('||').some((part) =>
    part.split('&&').every((one) => {
      const [, name = '', text] = /^\s*(\S+)\s*==\s*'([^']*)'\s*$/.exec(one) ?? [];
      return one.trim() === 'true' || (text !== undefined && (values[name] ?? '') === text);
    }),
  );
}

function keyValues(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
