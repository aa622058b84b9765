#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { main } from './cli/main.js';
import { BluegreenError, EXIT, InterruptedError } from './core/errors.js';
import { printable } from './core/text.js';

// Node 22 and later keep compiled code between runs, in the folder of temporary files; the standalone executable is compiled.
if (!process.versions.bun) (nodeModule as { enableCompileCache?: () => void }).enableCompileCache?.();

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    const number = constants.signals[name];
    // The first signal ends the run in order, the second at once.
    if (interrupted.signal.aborted) process.exit(128 + number);
    interrupted.abort(new InterruptedError(name, number));
  });
}

/** If the reader of our output leaves, the run goes on: its end is about traffic. */
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

function printError(error: unknown): number {
  const known = error instanceof BluegreenError;
  const text = printable(known ? error.message : String((error as Error)?.stack ?? error));
  process.stderr.write(known && error.isOfServer ? `${text}\n` : `error: ${text}\n`);
  return known ? error.exitCode : EXIT.unexpected;
}

try {
  const { env, stdin, stdout, stderr } = process;
  const surroundings = { env, stdin, stdout, stderr, signal: interrupted.signal };
  process.exitCode = await main(process.argv.slice(2), surroundings);
} catch (error) {
  process.exitCode = printError(error);
}
// A stdin that was read from would keep the process alive.
process.stdin.unref?.();
