import { type ChildProcess, spawn } from 'node:child_process';
import { clusterCommand } from '../../cluster/exec.js';
import { until } from '../../cluster/wait.js';

/** A program that runs on while a test does something else. */
export interface Running {
  /** What it has written so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Waits until its output is so; fails with the output when it never is. */
  until(what: string, condition: (out: string) => boolean): Promise<void>;
  /** Types on its stdin. */
  type(keys: string): void;
  /** Sends it a signal that does not end it. */
  signal(signal: NodeJS.Signals): void;
  /** Sends it a signal. @returns its exit code */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Waits for its own end. @returns its exit code */
  ended(): Promise<number | null>;
}

const TIMEOUT_MS = 60_000;
const children = new Set<ChildProcess>();

/** Starts a program in the cluster's network, with more in its environment; `endAll` ends it at the latest. */
export function start(argv: [string, ...string[]], more: Readonly<Record<string, string>> = {}): Running {
  const { file, args, env } = clusterCommand(argv);
  const child = spawn(file, args, { env: { ...env, ...more }, stdio: 'pipe' });
  children.add(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  child.stdin.on('error', () => undefined);
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    out: () => out,
    err: () => err,
    async until(what, condition) {
      await until(async () => (condition(out) ? true : undefined), { what, timeoutMs: TIMEOUT_MS }).catch((cause) => {
        throw new Error(`${argv.join(' ')} did not show ${what}:\n${out}\n${err}`, { cause });
      });
    },
    type: (keys) => void child.stdin.write(keys),
    signal: (signal) => void child.kill(signal),
    end(signal) {
      child.kill(signal);
      return closed;
    },
    ended: () => closed,
  };
}

/** Starts the plugin, as users do: through kubectl, which it then replaces. */
export const startBluegreen = (...args: string[]): Running => start(['kubectl', 'bluegreen', ...args]);

/** Starts the plugin on a pseudo-terminal; what it writes to stdout and stderr is `out`. */
export function startOnTerminal(columns: number, ...args: string[]): Running {
  // Its own arguments hold nothing that a shell would take for more than a word.
  const command = `stty cols ${columns} rows 30; exec kubectl bluegreen ${args.join(' ')}`;
  return start(['script', '--quiet', '--flush', '--return', '--command', command, '/dev/null']);
}

export function endAll(): void {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
}
