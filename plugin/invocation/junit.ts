import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { timestamp } from '../core/clock.js';
import { UsageError } from '../core/errors.js';
import { junitDocument } from '../run/listeners/junit.js';
import type { Session } from '../run/session.js';
import { booleanFlag, type Invocation, stringFlag } from './invocation.js';

/** The file of `--junit`. */
export interface JunitFile {
  /** Writes what was checked; without any result, why there is none. A file that cannot be written any more is warned about. */
  write(session: Session, operation: string, error?: unknown): Promise<void>;
}

/**
 * Looks, before anything is asked or changed, whether the file can be written.
 *
 * @returns undefined without the flag, and for a dry run, which checks nothing
 * @throws UsageError when it cannot
 */
export function openJunit(invocation: Invocation): JunitFile | undefined {
  const path = stringFlag(invocation, 'junit');
  if (path === undefined) return undefined;
  requireWritable(path);
  if (booleanFlag(invocation, 'dry-run')) return undefined;
  return {
    async write({ run, context }, operation, error) {
      const { release, namespace } = run;
      const text = junitDocument({
        release,
        namespace,
        context: await context,
        at: timestamp(run.clock.wall()),
        results: [...run.results.values()],
        ...(error !== undefined && { failure: { name: operation, message: (error as Error).message } }),
      });
      try {
        replace(path, text);
      } catch (cause) {
        run.reporter.warn(`cannot write the JUnit report: ${(cause as Error).message}`);
      }
    },
  };
}

const temporaryName = (path: string) => `${path}.${process.pid}.tmp`;

function requireWritable(path: string): void {
  const refuse = (why: string, cause?: unknown) => new UsageError(`cannot write --junit=${path}: ${why}`, { cause });
  const temporary = temporaryName(path);
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (path === '' || (stat && !stat.isFile())) throw refuse('it is not a file');
    closeSync(openSync(temporary, 'w'));
    rmSync(temporary);
  } catch (cause) {
    // Behind the comma stands the path of the temporary file.
    throw cause instanceof UsageError ? cause : refuse((cause as Error).message.split(', ')[0] ?? '', cause);
  }
}

/** A reader of the file sees all of the new report or all of the old one. */
function replace(path: string, text: string): void {
  const temporary = temporaryName(path);
  try {
    writeFileSync(temporary, text, { flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
