import { type BluegreenError, RefusedError, UnprovenError } from '../core/errors.js';
import { describeChange, type SpecChange } from '../manifests/write-back/change.js';
import type { Checkout } from '../manifests/write-back/checkout.js';
import { installed } from '../plan/active-color.js';
import { imageOf } from '../plan/image.js';
import type { PlanInput } from '../plan/input.js';
import type { Plan } from '../plan/steps.js';
import type { Run } from '../run/context.js';
import { runSteps } from '../steps/engine.js';
import { movesTraffic, summarizeStep } from '../steps/registry.js';
import type { RunReport } from './report.js';

/** What a plan that succeeds makes of the spec. @throws RefusedError when that cannot be written */
export function rehearseWriteBack(checkout: Checkout, plan: Plan, { state }: PlanInput): WriteBack {
  const image = plan.image ?? imageOf(installed(state).deployments[plan.to]);
  if (image === undefined)
    throw new RefusedError(`deployment of ${plan.to} not found: there is no image that ${checkout.spec} could name`);
  return { checkout, change: checkout.rehearse({ color: plan.to, image, activates: true }) };
}

/** How a run ended: what `show` shows. */
export interface Rendered {
  readonly outcome: RunReport;
  readonly plan: Plan;
  readonly error?: unknown;
  /** What a dry run would do before the plan's steps, a line each. */
  readonly before?: readonly string[];
}

export interface WriteBack {
  readonly checkout: Checkout;
  readonly change: SpecChange;
  /** The tool that is to move traffic, once what is written is committed. */
  readonly handedTo?: string;
}

/** It is none of a plan's steps, which change the cluster alone. */
export const writeBackStep = ({ checkout: { spec, outdir }, change }: WriteBack) =>
  ({ kind: 'write-back', change, spec, outdir }) as const;

/** Writes what a run that succeeded promoted into the spec, and synthesizes it again; with --dry-run says that it would. */
export async function finishWriteBack(
  run: Run,
  dryRun: boolean,
  writeBack: WriteBack,
  shown: Rendered,
): Promise<Rendered> {
  const { outcome, error, plan } = shown;
  if (error !== undefined) return shown;
  const step = writeBackStep(writeBack);
  const ended = (results: readonly object[]) => ({ ...outcome, steps: [...outcome.steps, ...results] });
  if (dryRun) return { ...shown, outcome: ended([summarizeStep(step)]) };
  const { results, failed } = await runSteps(run, [step], writeBack);
  if (!failed) return { ...shown, outcome: ended(results) };
  return withFailure(shown, results, step.kind, explain(writeBack, plan, failed.cause));
}

/** A run that had succeeded, and failed in what came after it. */
export function withFailure(
  { plan, outcome }: Rendered,
  results: readonly object[],
  phase: string,
  error: BluegreenError,
): Rendered {
  const { message, exitCode } = error;
  return { plan, error, outcome: { ...outcome, steps: [...outcome.steps, ...results], phase, message, exitCode } };
}

function explain({ checkout: { spec, outdir }, change }: WriteBack, plan: Plan, cause: unknown): BluegreenError {
  const text =
    `${spec} was not written back: ${(cause as Error).message}\n` +
    `set ${describeChange(change)} in it by hand, and run "kubectl bluegreen synth ${spec} --output-dir=${outdir}"`;
  if (!plan.steps.some((step) => movesTraffic(step, plan.release))) return new RefusedError(text, { cause });
  return new UnprovenError(`traffic was switched to ${change.color}, but ${text}`, { cause });
}
