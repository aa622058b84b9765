import { type Color, otherColor } from '../../charts/names.js';
import { EXIT, exitCodeOf } from '../core/errors.js';
import { numbered, printable } from '../core/text.js';
import type { State } from '../plan/state.js';
import { type ColorStatus, colorStatus } from '../plan/status.js';
import type { Plan } from '../plan/steps.js';
import type { RunEvent } from '../run/events.js';
import { observe } from '../run/observe.js';
import type { Session } from '../run/session.js';
import type { NotPutBack } from '../steps/actions/put-back.js';
import { describeStep, summarizeStep } from '../steps/registry.js';
import type { Execution } from './execute.js';

/** What a run did, as one document: the evidence that a pipeline keeps. */
export interface RunReport {
  readonly release: string;
  readonly namespace: string;
  readonly context: string;
  readonly operation: Plan['operation'];
  readonly operationId: string;
  /** `planned`, `nothing-to-do`, `complete`, `refused` (before there was a plan), or the kind of the step that failed. */
  readonly phase: string;
  readonly active: ColorStatus;
  readonly idle: ColorStatus;
  /**
   * Only where the release could not be read after the run: then `active` and `idle` have versions, images and Pods from
   * before it, and which of them is active is what the run knows by itself.
   */
  readonly observedAt?: 'before';
  readonly steps: readonly object[];
  readonly warnings: readonly string[];
  /** Objects that the run changed and could not put back, why, and the command that does it. */
  readonly notPutBack?: readonly NotPutBack[];
  readonly message?: string;
  readonly exitCode: number;
}

export function planned(session: Session, plan: Plan, state: State): Promise<RunReport> {
  const steps = plan.steps.map(summarizeStep);
  return outcome(session, plan, state, plan.from, { phase: 'planned', steps, exitCode: EXIT.done });
}

export function nothingToDo(session: Session, plan: Plan, state: State): Promise<RunReport> {
  const rest = { phase: 'nothing-to-do', steps: [], exitCode: EXIT.done };
  return outcome(session, plan, state, plan.from, { ...rest, message: plan.nothingToDo ?? '' });
}

/** Observes once more, so that the document says what is, not what was meant to be; where that fails, it says so. */
export async function executed(session: Session, plan: Plan, before: State, execution: Execution): Promise<RunReport> {
  const { error, steps, active, notPutBack } = execution;
  const { api, namespace, release } = session.run;
  const unread: string[] = [];
  const state = await observe(api, namespace, release, { monotonic: true }).catch((cause: Error) => {
    unread.push(
      `${release} could not be read after the run (${cause.message}): what is told of its colors was seen before it`,
    );
    return before;
  });
  for (const warning of unread) session.run.reporter.warn(warning);
  const failed = steps.find((step) => step.status === 'failed');
  const rest = {
    phase: failed ? String(failed.kind) : 'complete',
    steps,
    ...(error !== undefined && { message: printable((error as Error).message) }),
    ...(notPutBack && { notPutBack }),
    exitCode: exitCodeOf(error),
    warnings: [...plan.warnings, ...unread.map(printable)],
    ...(unread.length > 0 && { observedAt: 'before' as const }),
  };
  return outcome(session, plan, state, active, rest);
}

/** The outcome of a run that was refused before it had a plan: what is in the cluster may not even have been read. */
export async function refused(
  { run, context }: Session,
  operation: Plan['operation'],
  error: unknown,
): Promise<Omit<RunReport, 'active' | 'idle'> & { readonly active: null; readonly idle: null }> {
  return {
    release: run.release,
    namespace: run.namespace,
    context: await context,
    operation,
    operationId: run.operationId,
    active: null,
    idle: null,
    warnings: [],
    phase: 'refused',
    steps: [],
    message: printable((error as Error).message),
    exitCode: exitCodeOf(error),
  };
}

async function outcome(
  { run, context }: Session,
  plan: Plan,
  state: State,
  active: Color,
  rest: Pick<RunReport, 'phase' | 'steps' | 'exitCode' | 'message' | 'notPutBack' | 'observedAt'> &
    Partial<Pick<RunReport, 'warnings'>>,
): Promise<RunReport> {
  return {
    release: run.release,
    namespace: run.namespace,
    context: await context,
    operation: plan.operation,
    operationId: run.operationId,
    active: colorStatus(state, active),
    idle: colorStatus(state, otherColor(active)),
    warnings: plan.warnings,
    ...rest,
  };
}

export const plannedEvent = ({ by }: Session['run'], plan: Plan): RunEvent => {
  const { operation, from, to, warnings } = plan;
  return {
    type: 'planned',
    operation,
    headline: planHeadline(plan),
    by,
    from,
    to,
    steps: plan.steps.map(summarizeStep),
    warnings,
  };
};

export const endedEvent = ({
  phase,
  exitCode,
  message,
}: Pick<RunReport, 'phase' | 'exitCode' | 'message'>): RunEvent => ({
  type: 'run-ended',
  phase,
  exitCode,
  ...(message !== undefined && { message }),
});

/** What is about to happen, in a line. */
export function planHeadline({ operation, release, namespace, from, to, restores }: Plan): string {
  const traffic = restores ?? (from === to ? `traffic stays on ${from}` : `traffic moves from ${from} to ${to}`);
  return printable(`${operation} ${release} in namespace ${namespace}: ${traffic}`);
}

/** What a run does besides its plan, which changes the cluster alone: a line for each. */
export interface Around {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** The plan for a person. */
export function planText(plan: Plan, { before = [], after = [] }: Around = {}): string {
  return `${planHeadline(plan)}\n${printable(numbered([...before, ...plan.steps.map(describeStep), ...after]))}`;
}
