import type { Color } from '../../charts/names.js';
import type { CommandCheck } from '../../charts/policy.js';
import type { Pod } from '../core/kubernetes.js';
import { commandLine } from '../plan/checks/kinds.js';
import { versionOf } from '../plan/image.js';
import type { Run } from '../run/context.js';
import { record } from '../run/results.js';
import { type Attempt, tryOften } from './attempts.js';
import { openPreview } from './preview.js';

/** What a command found: part of a promotion's evidence. */
export interface CommandEvidence {
  readonly name: string;
  readonly command: readonly string[];
  readonly ms: number;
  readonly attempts: number;
}

export interface CommandRequest {
  readonly color: Color;
  /** The Pods that PREVIEW_URL leads to: those that were verified. */
  readonly pods: readonly Pod[];
  readonly port: number;
  /** The container whose image says the version. */
  readonly container: string;
  readonly commands: readonly CommandCheck[];
}

/** Lines of a command's output that a report keeps. */
const LAST_LINES = 50;

/**
 * Runs commands one after the other, each with PREVIEW_URL set: a port of this machine that leads to the color's Pods, a
 * new connection to the next of them, for as long as they run.
 *
 * @throws RefusedError when one did not end with exit code 0
 */
export async function runCommands(run: Run, request: CommandRequest, signal: AbortSignal): Promise<CommandEvidence[]> {
  const { color, pods, port, container, commands } = request;
  let next = 0;
  const preview = await openPreview({
    open: () => run.tunnels.open(pods[next++ % pods.length]?.metadata.name ?? '', port),
    onError: (error) => run.reporter.info(`PREVIEW_URL: ${error.message}`),
  });
  const containers = pods[0]?.spec.containers ?? [];
  const { image } = containers.find(({ name }) => name === container) ?? containers[0] ?? {};
  const env = {
    PREVIEW_URL: preview.url,
    PREVIEW_COLOR: color,
    RELEASE: run.release,
    NAMESPACE: run.namespace,
    VERSION: versionOf(image),
  };
  try {
    const evidence: CommandEvidence[] = [];
    for (const check of commands) evidence.push(await passCommand(run, color, check, env, signal));
    return evidence;
  } finally {
    await preview.close();
  }
}

async function passCommand(
  run: Run,
  color: Color,
  check: CommandCheck,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<CommandEvidence> {
  const { name, command } = check;
  const started = run.clock.now();
  let output: string[] = [];
  const result = { color, check: name, kind: 'command' };
  const seconds = () => (run.clock.now() - started) / 1000;
  const attempt = async (): Promise<Attempt<{ ms: number }>> => {
    const began = run.clock.now();
    output = [];
    run.reporter.info(`run ${name}: ${commandLine(command)}`);
    const onLine = (line: string) => {
      run.reporter.info(line);
      output.push(line);
      if (output.length > LAST_LINES) output.shift();
    };
    const end = await run.runCommand({ argv: command, env, timeoutMs: check.timeoutSeconds * 1000, signal, onLine });
    if (end.exitCode === 0) return { found: { ms: run.clock.now() - began } };
    return { why: end.exitCode === undefined ? end.why : `exit code ${end.exitCode}` };
  };
  try {
    const found = await tryOften(run, `check "${name}" (command)`, check, signal, attempt);
    record(run.results, { ...result, status: 'passed', seconds: seconds() });
    return { name, command, ...found };
  } catch (error) {
    const { message } = error as Error;
    const failed = { ...result, status: 'failed', seconds: seconds(), message, output: output.join('\n') } as const;
    if (!signal.aborted) record(run.results, failed);
    throw error;
  }
}
