import { EXIT, exitCodeOf } from '../../core/errors.js';
import { numbered, printable } from '../../core/text.js';
import { type Side, type UndoPlan, undoHeadline } from '../../plan/rolling/undo.js';
import type { Session } from '../../run/session.js';
import { describeStep, summarizeStep } from '../../steps/registry.js';
import type { UndoExecution } from './execute.js';

/** What an undo did, as one document. */
export interface UndoOutcome {
  readonly deployment: string;
  readonly namespace: string;
  readonly context: string;
  readonly operation: 'undo';
  readonly operationId: string;
  /** `planned`, `nothing-to-do`, `complete`, `refused` (before there was a plan), or the kind of the step that failed. */
  readonly phase: string;
  readonly from: UndoSide | null;
  readonly to: UndoSide | null;
  /** What the Deployment is to run at the end, as far as the run knows. */
  readonly running: UndoSide | null;
  readonly steps: readonly object[];
  readonly warnings: readonly string[];
  readonly message?: string;
  readonly exitCode: number;
}

interface UndoSide {
  readonly revision: number | null;
  readonly version: string;
  readonly images: readonly string[];
}

/** Without the template: its env may hold what does not belong in a log. */
const shown = ({ revision, version, images }: Side): UndoSide => ({
  revision: revision ?? null,
  version,
  images,
});

async function headOf({ run, context }: Session) {
  return {
    deployment: run.release,
    namespace: run.namespace,
    context: await context,
    operation: 'undo',
    operationId: run.operationId,
  } as const;
}

export async function notRun(session: Session, plan: UndoPlan): Promise<UndoOutcome> {
  const { from, to, warnings, nothingToDo } = plan;
  return {
    ...(await headOf(session)),
    phase: nothingToDo === undefined ? 'planned' : 'nothing-to-do',
    from: shown(from),
    to: shown(to),
    running: shown(from),
    steps: plan.steps.map(summarizeStep),
    warnings,
    ...(nothingToDo !== undefined && { message: printable(nothingToDo) }),
    exitCode: EXIT.done,
  };
}

export async function ended(
  session: Session,
  plan: UndoPlan,
  { steps, running, error }: UndoExecution,
): Promise<UndoOutcome> {
  const failed = steps.find(({ status }) => status === 'failed');
  return {
    ...(await headOf(session)),
    phase: failed ? String(failed.kind) : 'complete',
    from: shown(plan.from),
    to: shown(plan.to),
    running: shown(running),
    steps,
    warnings: plan.warnings,
    ...(error !== undefined && { message: printable((error as Error).message) }),
    exitCode: exitCodeOf(error),
  };
}

export async function refusedUndo(session: Session, error: unknown): Promise<UndoOutcome> {
  return {
    ...(await headOf(session)),
    phase: 'refused',
    from: null,
    to: null,
    running: null,
    steps: [],
    warnings: [],
    message: printable((error as Error).message),
    exitCode: exitCodeOf(error),
  };
}

/** The plan for a person. */
export function undoText(plan: UndoPlan): string {
  return printable([undoHeadline(plan), numbered(plan.steps.map(describeStep))].join('\n'));
}
