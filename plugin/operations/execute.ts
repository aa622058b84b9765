import { activeServiceName, type Color } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import {
  ApiError,
  BluegreenError,
  EXIT,
  InterruptedError,
  LostRaceError,
  NotPutBackError,
  RefusedError,
  RolledBackError,
  UnknownStateError,
  UnprovenError,
  UnreachableError,
} from '../core/errors.js';
import { describeStep, summarizeStep } from '../plan/describe-step.js';
import type { Plan, Step } from '../plan/steps.js';
import { undoAfter } from '../plan/undo.js';
import type { Run } from '../run/context.js';
import { warnOfTermination } from '../run/namespace.js';
import { perform } from '../steps/perform.js';
import { type NotPutBack, notTried, type UndoStep, undoStep } from '../steps/put-back.js';

/** What became of a step: its summary, how long it took, and what it found. */
export type StepResult = Record<string, unknown> & {
  readonly status: 'done' | 'failed' | 'skipped';
  readonly seconds?: number;
};

export interface Execution {
  readonly steps: readonly StepResult[];
  /** The color that has the traffic, as far as this run knows. */
  readonly active: Color;
  readonly error?: unknown;
  /** What a run that failed before the switch had changed and could not put back. */
  readonly notPutBack?: readonly NotPutBack[];
}

/** Runs a plan's steps in order and stops at the first that fails; before the switch, what was done is then undone. */
export async function execute(run: Run, plan: Plan, policy: Policy): Promise<Execution> {
  const steps: StepResult[] = [];
  let switched = false;
  for (const [index, step] of plan.steps.entries()) {
    const started = run.clock.now();
    const seconds = () => (run.clock.now() - started) / 1000;
    run.reporter.step(describeStep(step));
    run.enter(step.kind);
    try {
      if (!switched) run.signal.throwIfAborted();
      const found = await perform(run, step, plan, policy);
      steps.push({ ...summarizeStep(step), status: 'done', seconds: seconds(), ...found });
      switched ||= movesTraffic(step, plan);
    } catch (cause) {
      steps.push({ ...summarizeStep(step), status: 'failed', seconds: seconds() });
      for (const rest of plan.steps.slice(index + 1)) steps.push({ ...summarizeStep(rest), status: 'skipped' });
      await warnOfTermination(run, cause);
      return await fail(run, plan, step, { cause, steps, switched });
    }
  }
  return { steps, active: plan.to };
}

/** From here on Pods are reachable through the active Service: undoing a deploy would take them away. */
function movesTraffic(step: Step, { release }: Plan): boolean {
  if (step.kind === 'create')
    return step.services.some((service) => service.metadata.name === activeServiceName(release));
  return step.kind === 'switch' || step.kind === 'record-switch';
}

interface Failure {
  readonly cause: unknown;
  readonly steps: StepResult[];
  readonly switched: boolean;
}

async function fail(run: Run, plan: Plan, step: Step, { cause, steps, switched }: Failure): Promise<Execution> {
  if (cause instanceof RolledBackError) return { steps, active: plan.from, error: cause };
  if (!switched) {
    // Who says no may want to look at what was deployed; who loses a race must not undo the winner's work.
    const saidNo = step.kind === 'confirm' && cause instanceof RefusedError;
    // An unanswered create may have made the Service that carries traffic.
    const mayHaveMoved = movesTraffic(step, plan) && cause instanceof UnreachableError;
    const othersWork = cause instanceof LostRaceError || cause instanceof UnknownStateError;
    // Both colors have the traffic: one was let in, and could not be shut out again.
    const isInBoth = cause instanceof UnprovenError;
    const undoes = !saidNo && !mayHaveMoved && !othersWork && !isInBoth;
    const due = undoAfter(plan.undo, plan.steps.slice(0, plan.steps.indexOf(step) + 1));
    const notPutBack = !undoes ? [] : mayStillRun(step, cause) ? keep(run, due) : await undo(run, plan, due);
    const rest = notPutBack.length > 0 ? { notPutBack } : {};
    return { steps, active: plan.from, error: withFailures(run, cause, notPutBack), ...rest };
  }
  const isFinal = cause instanceof BluegreenError && cause.exitCode >= EXIT.unproven;
  const error = isFinal
    ? cause
    : new UnprovenError(`traffic was switched to ${plan.to}, but: ${(cause as Error).message}`, { cause });
  return { steps, active: plan.to, error };
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
    run.reporter.step(describeStep(step));
    run.enter(step.kind);
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
