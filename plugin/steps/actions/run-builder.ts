import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedError } from '../../core/errors.js';
import { makePrivateFolder } from '../../core/private-folder.js';
import type { BuildStep } from '../../plan/build.js';
import { builderArguments, lastWords, pushedDigest } from '../../run/builder/argv.js';
import type { Builder } from '../../run/builder/builder.js';
import type { Run } from '../../run/context.js';

/** Lines that are kept of what a builder prints: all are shown, the last are looked at. */
const KEPT_LINES = 200;

/**
 * Has a builder build or push, and shows what it prints.
 *
 * @returns the digest of what was pushed, for the step that pins
 * @throws RefusedError with the builder's last words
 */
export async function runBuilder(run: Run, step: BuildStep, builder: Builder): Promise<string | undefined> {
  const folder = makePrivateFolder({
    prefix: 'kubectl-bluegreen-build-',
    purpose: `the digest that ${builder.name} writes`,
  });
  const digestFile = join(folder, 'digest');
  const lines: string[] = [];
  const onLine = (line: string) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    run.reporter.info(line);
  };
  try {
    const args = builderArguments(step, builder.flavor, digestFile);
    const exitCode = await builder.run(args, onLine, run.signal);
    run.signal.throwIfAborted();
    if (exitCode !== 0) {
      const how = exitCode === undefined ? 'was ended by a signal' : `failed with exit code ${exitCode}`;
      const words = lastWords(lines);
      throw new RefusedError(`${builder.name} ${step.kind} ${how}${words ? `: ${words}` : ''}`);
    }
    if (step.kind === 'build' || !step.pins) return undefined;
    const written = existsSync(digestFile) ? readFileSync(digestFile, 'utf8').split('\n') : [];
    const digest = pushedDigest([...lines, ...written], builder.flavor);
    if (digest === undefined)
      throw new RefusedError(
        `${builder.name} did not say the digest of ${step.image}: it was pushed, and can be deployed with --image`,
      );
    return digest;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
