import type { Readable } from 'node:stream';
import { execa, type ResultPromise } from 'execa';
import { readLines } from '../core/lines.js';
import { startTimer, type Timer } from '../core/timeout.js';

export interface CommandRequest {
  /** Program and arguments; no shell reads them. */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called with each line of stdout and stderr as soon as it is there. */
  readonly onLine: (line: string) => void;
}

/** How a program ended: with an exit code, or, without one, why not. */
export type CommandEnd = { readonly exitCode: number } | { readonly exitCode?: undefined; readonly why: string };

/** What a program has to end in order once it was told to. */
const GRACE_MS = 5000;
/** What its output may take to end once it itself has, should a process that left its group hold it open. */
const OUTPUT_MS = 1000;

/**
 * Runs a program without a shell, in a process group of its own, so that what it starts ends with it; its stdin is empty.
 *
 * @returns how it ended; `missing` programs too
 * @throws the signal's reason when that ended it
 */
export async function runCommand(request: CommandRequest): Promise<CommandEnd> {
  const { argv, env, timeoutMs, signal, onLine } = request;
  const [file = '', ...args] = argv;
  signal.throwIfAborted();
  const isGroup = process.platform !== 'win32';
  const child = execa(file, args, {
    env,
    extendEnv: false,
    reject: false,
    buffer: false,
    detached: isGroup,
    cleanup: false,
    windowsHide: true,
    stdin: 'ignore',
  });
  const kill = (name: NodeJS.Signals) => killAll(child, name, isGroup);
  const killNow = () => kill('SIGKILL');
  process.once('exit', killNow);

  let timedOut = false;
  let grace: Timer | undefined;
  const stop = () => {
    kill('SIGTERM');
    grace ??= startTimer(GRACE_MS, killNow);
  };
  const limit = startTimer(timeoutMs, () => {
    timedOut = true;
    stop();
  });
  signal.addEventListener('abort', stop, { once: true });
  const told = Promise.all([tell(child.stdout, onLine), tell(child.stderr, onLine)]);
  try {
    const end = await ended(child, file);
    killNow();
    await Promise.race([told, new Promise<void>((resolve) => void startTimer(OUTPUT_MS, resolve, { unref: true }))]);
    signal.throwIfAborted();
    return timedOut ? { why: `it did not end in ${timeoutMs / 1000}s` } : end;
  } finally {
    limit.stop();
    grace?.stop();
    signal.removeEventListener('abort', stop);
    process.removeListener('exit', killNow);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

function ended(child: ResultPromise, file: string): Promise<CommandEnd> {
  // Its result comes only when its output has ended, which something that it left behind may hold open.
  child.catch(() => undefined);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ why: `cannot run "${file}": ${error.message}` }));
    child.once('exit', (code, name) =>
      resolve(code === null ? { why: `it was ended by ${name}` } : { exitCode: code }),
    );
  });
}

function killAll(child: ResultPromise, name: NodeJS.Signals, isGroup: boolean): void {
  if (child.pid === undefined) return;
  try {
    if (isGroup) process.kill(-child.pid, name);
    else child.kill(name);
  } catch {
    // The process group has ended.
  }
}

async function tell(output: Readable | null | undefined, onLine: (line: string) => void): Promise<void> {
  if (!output) return;
  try {
    for await (const line of readLines(output)) onLine(line.replace(/\r$/, ''));
  } catch {
    // It was closed before its end.
  }
}
