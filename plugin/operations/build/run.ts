import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedError } from '../../core/errors.js';
import { makePrivateFolder } from '../../core/private-folder.js';
import { type BuildPlan, type BuildStep, describeBuildStep, summarizeBuildStep } from '../../plan/build.js';
import type { Run } from '../../run/context.js';
import type { StepResult } from '../../steps/engine.js';
import { builderArguments, lastWords, pushedDigest } from './argv.js';
import type { Builder } from './builder.js';

/** Of what a builder prints, all is shown and its end is looked at. */
const KEPT_LINES = 200;

export interface Built {
  readonly steps: readonly StepResult[];
  /** What is to be deployed: pinned by digest if it was pushed. */
  readonly image: string;
  readonly warnings: readonly string[];
  readonly error?: unknown;
}

/** Builds, and pushes if the plan says so; stops at the first step that fails. The cluster is not touched. */
export async function runBuild(run: Run, builder: Builder, plan: BuildPlan): Promise<Built> {
  const steps: StepResult[] = [];
  const warnings = [...plan.warnings];
  let { image } = plan;
  for (const [index, step] of plan.steps.entries()) {
    const started = run.clock.now();
    const summary = summarizeBuildStep(step, builder.name);
    const seconds = () => (run.clock.now() - started) / 1000;
    run.reporter.step(describeBuildStep(step, builder.name));
    try {
      run.signal.throwIfAborted();
      const digest = await runStep(run, builder, step);
      if (digest !== undefined) image = `${plan.image}@${digest}`;
      steps.push({ ...summary, status: 'done', seconds: seconds(), ...(digest !== undefined && { digest }) });
    } catch (error) {
      steps.push({ ...summary, status: 'failed', seconds: seconds() });
      if (isForPeople(step) && !run.signal.aborted) {
        // Registries whose tags never change refuse the color's, and what is deployed does not depend on it.
        const warning = `${step.image} was not pushed: ${(error as Error).message}`;
        run.reporter.warn(warning);
        warnings.push(warning);
        continue;
      }
      for (const rest of plan.steps.slice(index + 1))
        steps.push({ ...summarizeBuildStep(rest, builder.name), status: 'skipped' });
      return { steps, image, warnings, error };
    }
  }
  return { steps, image, warnings };
}

const isForPeople = (step: BuildStep): step is BuildStep & { kind: 'push' } => step.kind === 'push' && !step.pins;

/** @returns the digest of what was pushed, for the step that pins */
async function runStep(run: Run, builder: Builder, step: BuildStep): Promise<string | undefined> {
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
