import type { BuildPlan } from '../../plan/build.js';
import type { Builder } from '../../run/builder/builder.js';
import type { Run } from '../../run/context.js';
import { runSteps, type StepResult } from '../../steps/engine.js';

export interface Built {
  readonly steps: readonly StepResult[];
  /** What is to be deployed: pinned by digest if it was pushed. */
  readonly image: string;
  readonly warnings: readonly string[];
  readonly error?: unknown;
}

/** Builds, and pushes if the plan says so; stops at the first step that fails. The cluster is not touched. */
export async function runBuild(run: Run, builder: Builder, plan: BuildPlan): Promise<Built> {
  const { results, warnings, failed } = await runSteps(run, plan.steps, { builder });
  const digest = results.find((result) => typeof result.digest === 'string')?.digest;
  return {
    steps: results,
    image: digest === undefined ? plan.image : `${plan.image}@${digest}`,
    warnings: [...plan.warnings, ...warnings],
    ...(failed && { error: failed.cause }),
  };
}
