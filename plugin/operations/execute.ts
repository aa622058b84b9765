import type { Color } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import {
  ApiError,
  BluegreenError,
  EXIT,
  InterruptedError,
  LostRaceError,
  NotConfirmedError,
  NotPutBackError,
  RefusedError,
  RolledBackError,
  UnknownStateError,
  UnprovenError,
  UnreachableError,
} from '../core/errors.js';
import type { Plan, Step } from '../plan/steps.js';
import { undoAfter } from '../plan/undo.js';
import type { Run } from '../run/context.js';
import { warnOfTermination } from '../run/namespace.js';
import { type NotPutBack, notTried, type UndoStep, undoStep } from '../steps/actions/put-back.js';
import { announce, type Progress, runSteps, type StepResult } from '../steps/engine.js';
import { movesTraffic } from '../steps/registry.js';

export interface Execution extends Pick<Progress, 'movedTraffic' | 'changedColor'> {
  readonly steps: readonly StepResult[];
  /** The color that has the traffic, as far as this run knows. */
  readonly active: Color;
  readonly error?: unknown;
  /** What a run that failed before the switch had changed and could not put back. */
  readonly notPutBack?: readonly NotPutBack[];
}

/** Runs a plan's steps in order and stops at the first that fails; before the switch, what was done is then undone. */
export async function execute(run: Run, plan: Plan, policy: Policy): Promise<Execution> {
  const { results, failed, movedTraffic, changedColor } = await runSteps(run, plan.steps, { plan, policy });
  const progress = { movedTraffic, changedColor };
  if (!failed) return { steps: results, active: plan.to, ...progress };
  await warnOfTermination(run, failed.cause);
  return { steps: results, ...progress, ...(await fail(run, plan, failed, movedTraffic)) };
}

type Ending = Pick<Execution, 'active' | 'error' | 'notPutBack'>;

async function fail(
  run: Run,
  plan: Plan,
  { step, cause }: NonNullable<Progress<Step>['failed']>,
  switched: boolean,
): Promise<Ending> {
  if (cause instanceof RolledBackError) return { active: plan.from, error: cause };
  if (!switched) {
    // An unanswered create may have made the Service that carries traffic.
    const mayHaveMoved = movesTraffic(step, plan.release) && cause instanceof UnreachableError;
    const othersWork = cause instanceof LostRaceError || cause instanceof UnknownStateError;
    // Both colors have the traffic: one was let in, and could not be shut out again.
    const isInBoth = cause instanceof UnprovenError;
    // Who says no may want to look at what was deployed; who loses a race must not undo the winner's work.
    const undoes = !(cause instanceof NotConfirmedError) && !mayHaveMoved && !othersWork && !isInBoth;
    const due = undoAfter(plan.undo, plan.steps.slice(0, plan.steps.indexOf(step) + 1));
    const notPutBack = !undoes ? [] : mayStillRun(step, cause) ? keep(run, due) : await undo(run, plan, due);
    const rest = notPutBack.length > 0 ? { notPutBack } : {};
    return { active: plan.from, error: withFailures(run, cause, notPutBack), ...rest };
  }
  const isFinal = cause instanceof BluegreenError && cause.exitCode >= EXIT.unproven;
  const error = isFinal
    ? cause
    : new UnprovenError(`traffic was switched to ${plan.to}, but: ${(cause as Error).message}`, { cause });
  return { active: plan.to, error };
}

/** A Job that may still run needs what was made for it. */
function mayStillRun({ kind }: Step, cause: unknown): boolean {
  return kind === 'migrate' && !(cause instanceof RefusedError || cause instanceof ApiError);
}

const keep = (run: Run, steps: readonly Step[]): NotPutBack[] =>
  steps.filter(isUndo).flatMap((step) => notTried(run, step, new Error('the migrations may still run, and need it')));

/** Each step by itself, to the end: what one cannot put back must not keep the others from it. */
async function undo(run: Run, { idle }: Plan, steps: readonly Step[]): Promise<NotPutBack[]> {
  const failures: NotPutBack[] = [];
  for (const step of steps) {
    if (!isUndo(step)) continue;
    announce(run, step);
    try {
      failures.push(...(await undoStep(run, step, idle)));
    } catch (error) {
      if (error instanceof LostRaceError) run.reporter.warn(`${(error as Error).message}: nothing is put back`);
      else failures.push(...notTried(run, step, error as Error));
    }
  }
  return failures;
}

const isUndo = (step: Step): step is UndoStep => ['restore', 'delete', 'recreate'].includes(step.kind);

/** How a run ends whose changes could not all be put back: with what is left to do, and an exit code that says so. */
function withFailures(run: Run, cause: unknown, failures: readonly NotPutBack[]): unknown {
  if (failures.length === 0) return cause;
  for (const { object, why, command } of failures)
    run.reporter.warn(`${object} could not be put back: ${why}; by hand: ${command}`);
  return cause instanceof InterruptedError
    ? cause
    : new NotPutBackError(
        cause as Error,
        failures.map(({ object }) => object),
      );
}
