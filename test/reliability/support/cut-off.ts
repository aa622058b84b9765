import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterCommand } from '../../cluster/exec.js';
import { type Boundary, type Exchange, type Interference, shapeOf } from './faults.js';
import { startFaultyServer } from './faulty-server.js';
import { untilGone } from './processes.js';

/** Where a run is cut off: at the nth request of a shape, counted from 1. */
export interface Target {
  readonly shape: string;
  readonly nth: number;
  readonly boundary: Boundary;
}

export interface Ended {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly words: string;
  readonly exchanges: readonly Exchange[];
}

export interface Signals {
  /** Sent when the run comes to the target. */
  readonly signal: NodeJS.Signals;
  readonly target: Target;
}

/** A folder for temporary files that a run has for itself. */
export const ownTemporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'bluegreen-cut-'));

/**
 * Runs the plugin, with a temporary folder of its own, and waits until no process of it is left.
 *
 * @param disturb - what is done to its requests, given what sends it a signal
 */
export async function runThrough(
  args: readonly string[],
  folder: string,
  disturb: (send: (signal: NodeJS.Signals) => void) => Interference = () => ({}),
): Promise<Ended> {
  const server = await startFaultyServer();
  const { file, args: rest, env } = clusterCommand(['kubectl-bluegreen', ...args]);
  server.interfere(disturb((signal) => child.kill(signal)));
  const child = spawn(file, rest, {
    env: { ...env, ...server.env, TMPDIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    words += text;
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  // What holds the run's requests must not be what holds its processes.
  await server.stop();
  await untilGone(`TMPDIR=${folder}`);
  return { exitCode, words, exchanges: server.exchanges };
}

/** Sends a run a signal when it comes to a request. */
export function runCutOff(args: readonly string[], folder: string, { signal, target }: Signals): Promise<Ended> {
  return runThrough(args, folder, (send) => interferenceOf(target, () => send(signal)));
}

function interferenceOf(target: Target, send: () => void): Interference {
  let seen = 0;
  let hit: Exchange | undefined;
  return {
    fault(exchange) {
      if (shapeOf(exchange) === target.shape && ++seen === target.nth) hit = exchange;
      return undefined;
    },
    at(exchange, boundary) {
      if (exchange === hit && boundary === target.boundary) send();
    },
  };
}

/** Makes what a run left look as if it were of yesterday: only then does the next run take it for left behind. */
export function age(folder: string): void {
  const yesterday = Date.now() / 1000 - 86_400;
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), yesterday, yesterday);
}

/** @returns what is left in it */
export function removeTemporaryFolder(folder: string): string[] {
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true });
  return left;
}
