import { statSync } from 'node:fs';
import { LostRaceError, UsageError } from '../../core/errors.js';
import { booleanFlag, type Invocation, listFlag, stringFlag } from '../../invocation/invocation.js';
import { type BuildPlan, type BuildRequest, deployedColor, planBuild } from '../../plan/build.js';
import { mutableTagWarning, parseImage, type Target } from '../../plan/image.js';
import type { PlanInput } from '../../plan/input.js';
import type { Plan } from '../../plan/steps.js';
import type { Builder } from '../../run/builder/builder.js';
import type { Run } from '../../run/context.js';
import type { StepResult } from '../../steps/engine.js';
import { skipped } from '../../steps/engine.js';
import { describeStep, summarizeStep } from '../../steps/registry.js';
import type { Outcome } from '../outcome.js';
import type { Shown } from '../write-back.js';
import { type Built, runBuild } from './run.js';

/** What --build asks for, and the program that does it. */
export interface Build {
  readonly request: BuildRequest;
  readonly builder: Builder;
}

/**
 * Reads the flags of a build, before anything else is asked or done.
 *
 * @param hasManifests - whether -f was given, whose image may say the version
 * @returns undefined without --build
 * @throws UsageError when they make no sense, or name what does not exist
 */
export async function openBuild(
  invocation: Invocation,
  target: Target,
  hasManifests: boolean,
): Promise<Build | undefined> {
  const builder = stringFlag(invocation, 'builder');
  const dockerfile = stringFlag(invocation, 'dockerfile');
  const context = stringFlag(invocation, 'build-context');
  const platform = stringFlag(invocation, 'platform');
  const buildArgs = listFlag(invocation, 'build-arg');
  const push = booleanFlag(invocation, 'push');
  if (!booleanFlag(invocation, 'build')) {
    const given = { push: push || undefined, dockerfile, 'build-context': context, platform, builder };
    const alone = Object.entries({ ...given, 'build-arg': buildArgs[0] }).find(([, value]) => value !== undefined);
    if (alone) throw new UsageError(`--${alone[0]} needs --build`);
    return undefined;
  }
  requireTag(target, hasManifests);
  requirePath(context ?? '.', 'folder', '--build-context');
  if (dockerfile !== undefined) requirePath(dockerfile, 'file', '--dockerfile');
  if (platform !== undefined && !/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/.test(platform))
    throw new UsageError(`invalid platform "${platform}": want one, such as linux/amd64`);
  for (const one of buildArgs)
    if (!/^[A-Za-z_]\w*(=|$)/.test(one))
      throw new UsageError(`invalid build argument "${one.split('=')[0]}": want NAME=VALUE`);
  // Most runs build nothing, and what runs programs is large.
  const { findBuilder } = await import('../../run/builder/builder.js');
  const found = await findBuilder(builder, invocation.env);
  const request = {
    builder: found.name,
    context: context ?? '.',
    ...(dockerfile !== undefined && { dockerfile }),
    ...(platform !== undefined && { platform }),
    buildArgs,
    push,
  };
  return { request, builder: found };
}

function requireTag({ version, image }: Target, hasManifests: boolean): void {
  if (version !== undefined) return;
  if (image === undefined) {
    if (hasManifests) return;
    throw new UsageError('--build needs --version: nothing else says how to tag the image');
  }
  const { tag, digest } = parseImage(image);
  if (tag === undefined || digest !== undefined)
    throw new UsageError(`image "${image}" cannot be built: --build wants --image=REPOSITORY:TAG, or --version`);
}

function requirePath(path: string, want: 'file' | 'folder', flag: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new UsageError(`the path "${path}" of ${flag} does not exist`);
  if (stat.isDirectory() !== (want === 'folder')) throw new UsageError(`the path "${path}" of ${flag} is no ${want}`);
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
export function withBuild(shown: Shown, steps: readonly object[], warnings: readonly string[] = []): Shown {
  const outcome: Outcome = {
    ...shown.outcome,
    steps: [...steps, ...shown.outcome.steps],
    warnings: [...warnings, ...shown.outcome.warnings],
  };
  return { ...shown, outcome };
}
