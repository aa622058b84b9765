import { type BluegreenError, RefusedError, UnprovenError, UsageError } from '../core/errors.js';
import { readWaiting } from '../invocation/arguments.js';
import { openCheckoutOf } from '../invocation/checkout.js';
import { booleanFlag, type Invocation } from '../invocation/invocation.js';
import { describeChange, type SpecChange } from '../manifests/write-back/change.js';
import type { Checkout } from '../manifests/write-back/checkout.js';
import { installed } from '../plan/active-color.js';
import { imageOf, type Target } from '../plan/image.js';
import type { PlanInput } from '../plan/input.js';
import type { Plan } from '../plan/steps.js';
import type { Run } from '../run/context.js';
import type { Outcome } from './outcome.js';

/**
 * Opens the files that --write-back is to change, before anything else is asked or done.
 *
 * @returns undefined without the flag
 * @throws UsageError when they cannot take what is promoted
 */
export async function openWriteBack(
  invocation: Invocation,
  release: string,
  target: Target,
): Promise<Checkout | undefined> {
  if (!booleanFlag(invocation, 'write-back')) {
    const needing = ['spec', 'wait', 'wait-timeout'].find((name) => isGiven(invocation, name));
    if (needing !== undefined) throw new UsageError(`--${needing} needs --write-back`);
    return undefined;
  }
  readWaiting(invocation);
  const checkout = await openCheckoutOf(invocation, release);
  if (target.image !== undefined) checkout.requireRepository(target.image);
  return checkout;
}

const isGiven = ({ flags }: Invocation, name: string) => flags[name] !== undefined && flags[name] !== false;

/** What a plan that succeeds makes of the spec. @throws RefusedError when that cannot be written */
export function rehearseWriteBack(checkout: Checkout, plan: Plan, { state }: PlanInput): WriteBack {
  const image = plan.image ?? imageOf(installed(state).deployments[plan.to]);
  if (image === undefined)
    throw new RefusedError(`deployment of ${plan.to} not found: there is no image that ${checkout.spec} could name`);
  return { checkout, change: checkout.rehearse({ color: plan.to, image, activates: true }) };
}

/** How a run ended: what `show` shows. */
export interface Shown {
  readonly outcome: Outcome;
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

/** The step as a plan would describe it. It is none of a plan's steps, which change the cluster alone. */
export const describeWriteBack = ({ checkout: { spec, outdir }, change }: WriteBack): string =>
  `write ${describeChange(change)} to ${spec}, and synthesize it to ${outdir}`;

/** Writes what a run that succeeded promoted into the spec, and synthesizes it again; with --dry-run says that it would. */
export function finishWriteBack(run: Run, dryRun: boolean, writeBack: WriteBack, shown: Shown): Shown {
  const { outcome, error, plan } = shown;
  if (error !== undefined) return shown;
  const step = { kind: 'write-back', description: describeWriteBack(writeBack) };
  const ended = (more: object) => ({ ...outcome, steps: [...outcome.steps, { ...step, ...more }] });
  if (dryRun) return { ...shown, outcome: ended({}) };
  run.reporter.step(step.description);
  try {
    requireImage(writeBack.change, outcome);
    const files = writeBack.checkout.write(writeBack.change);
    for (const file of files) run.reporter.changed(file, 'written');
    if (files.length === 0) run.reporter.info('they already are so');
    return { ...shown, outcome: ended({ status: 'done', files }) };
  } catch (cause) {
    const failure = explain(writeBack, plan, cause);
    const { message, exitCode } = failure;
    return {
      plan,
      error: failure,
      outcome: { ...ended({ status: 'failed' }), phase: 'write-back', message, exitCode },
    };
  }
}

function explain({ checkout: { spec, outdir }, change }: WriteBack, plan: Plan, cause: unknown): BluegreenError {
  const text =
    `${spec} was not written back: ${(cause as Error).message}\n` +
    `set ${describeChange(change)} in it by hand, and run "kubectl bluegreen synth ${spec} --output-dir=${outdir}"`;
  if (!plan.steps.some(({ kind }) => kind === 'switch')) return new RefusedError(text, { cause });
  return new UnprovenError(`traffic was switched to ${change.color}, but ${text}`, { cause });
}

/** A tool that owns the Deployment may have put it back: what was verified is then not what the spec would say. */
function requireImage({ color, image }: SpecChange, outcome: Outcome): void {
  if (outcome.observedAt === 'before')
    throw new RefusedError(
      `the release could not be read after the run: whether ${color} runs "${image}" is not known`,
    );
  const seen = [outcome.active, outcome.idle].find((one) => one.color === color)?.image;
  if (seen !== image) throw new RefusedError(`${color} shows image "${seen}" by now, not "${image}"`);
}
