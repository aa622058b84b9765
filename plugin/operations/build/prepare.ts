import { LostRaceError } from '../../core/errors.js';
import { type BuildPlan, type BuildRequest, deployedColor, planBuild } from '../../plan/build.js';
import { mutableTagWarning } from '../../plan/image.js';
import type { PlanInput } from '../../plan/input.js';
import type { Plan } from '../../plan/steps.js';
import type { Builder } from '../../run/builder/builder.js';
import type { Run } from '../../run/context.js';
import type { StepResult } from '../../steps/engine.js';
import { skipped } from '../../steps/engine.js';
import { describeStep, summarizeStep } from '../../steps/registry.js';
import type { RunReport } from '../report.js';
import type { Rendered } from '../write-back.js';
import { type Built, runBuild } from './run.js';

/** What --build asks for, and the program that does it. */
export interface Build {
  readonly request: BuildRequest;
  readonly builder: Builder;
}

/** A build that is ready to run. */
export interface ReadyBuild {
  readonly plan: BuildPlan;
  /** The steps as a person reads them. */
  readonly lines: readonly string[];
  readonly summaries: readonly object[];
  run(run: Run): Promise<Built>;
}

/** @returns undefined when there is nothing to build, as nothing is deployed */
export function prepareBuild({ request, builder }: Build, input: PlanInput, plan: Plan): ReadyBuild | undefined {
  const build = planBuild(input, plan, request);
  return (
    build && {
      plan: build,
      lines: build.steps.map(describeStep),
      summaries: build.steps.map(summarizeStep),
      run: (run) => runBuild(run, builder, build),
    }
  );
}

/** What would be deployed if the image existed under its version: once it is pushed, it is pinned. */
export function draftPlan({ steps, image, warnings: own }: BuildPlan, plan: Plan): Plan {
  const isPinned = steps.some(({ kind }) => kind === 'push');
  const warnings = isPinned ? plan.warnings.filter((one) => !mutableTagWarning(image).includes(one)) : plan.warnings;
  return { ...plan, warnings: [...own, ...warnings] };
}

/** The steps of a run whose build failed: none of the plan's was begun. */
export const withSkipped = ({ steps }: Built, plan: Plan): StepResult[] => [...steps, ...plan.steps.map(skipped)];

/** While an image was built, nothing may have happened that makes its color the one with the traffic. */
export function requireSameColor({ color }: BuildPlan, plan: Plan): void {
  const now = deployedColor(plan);
  if (now !== undefined && now !== color)
    throw new LostRaceError(`traffic moved to ${color} while its image was built: run the command again`);
}

/** The outcome of a run with what was built before it. */
export function withBuild(shown: Rendered, steps: readonly object[], warnings: readonly string[] = []): Rendered {
  const outcome: RunReport = {
    ...shown.outcome,
    steps: [...steps, ...shown.outcome.steps],
    warnings: [...warnings, ...shown.outcome.warnings],
  };
  return { ...shown, outcome };
}
