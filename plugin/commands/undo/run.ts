import { prepareChecks } from '../../checks/pass-check.js';
import { parseRevision } from '../../core/duration.js';
import { EXIT, RolledBackError } from '../../core/errors.js';
import { printable } from '../../core/text.js';
import { checkPath, readOverrides } from '../../invocation/arguments.js';
import { booleanFlag, deploymentArgument, type Invocation, listFlag, stringFlag } from '../../invocation/invocation.js';
import { connect } from '../../invocation/session.js';
import { planUndo, type UndoInput, type UndoPlan, undoHeadline } from '../../plan/rolling/undo.js';
import { rememberStanding } from '../../run/earlier-pods.js';
import { acquireLease } from '../../run/lease.js';
import type { Session } from '../../run/session.js';
import { printDocument } from '../../terminal/document.js';
import { executeUndo, type UndoExecution } from './execute.js';
import { observePlain } from './observe.js';
import { ended, notRun, refusedUndo, type UndoOutcome, undoText } from './outcome.js';

type Wanted = Pick<UndoInput, 'revision' | 'timeoutSeconds' | 'checks'>;

const TIMEOUT_SECONDS = 300;

/** Undoes the last rollout of a Deployment without colors, or all back to a revision. */
export async function run(invocation: Invocation): Promise<number> {
  const name = deploymentArgument(invocation);
  const wanted = readWanted(invocation);
  prepareChecks();
  const session = await connect(invocation, { release: name });
  try {
    const done = await undo(invocation, session, wanted).catch(async (error: unknown) => {
      await showDocument(invocation, await refusedUndo(session, error));
      throw error;
    });
    return await show(invocation, session, done);
  } finally {
    session.close();
  }
}

function readWanted(invocation: Invocation): Wanted {
  const { rolloutTimeoutSeconds = TIMEOUT_SECONDS, ...overrides } = readOverrides(invocation);
  return {
    revision: parseRevision(stringFlag(invocation, 'to-revision') ?? '0', '--to-revision'),
    timeoutSeconds: rolloutTimeoutSeconds,
    checks: { ...overrides, paths: listFlag(invocation, 'check-path').map(checkPath) },
  };
}

interface Done {
  readonly plan: UndoPlan;
  /** Undefined where nothing was to be done, or a dry run. */
  readonly execution?: UndoExecution;
}

async function undo(invocation: Invocation, { run }: Session, wanted: Wanted): Promise<Done> {
  const observeNow = async () => {
    const view = await observePlain(run.api, run.namespace, run.release);
    rememberStanding(run, view.replicaSets, view.pods);
    return planUndo({ namespace: run.namespace, ...view, ...wanted });
  };
  if (booleanFlag(invocation, 'dry-run')) return { plan: await observeNow() };
  const lease = await acquireLease(run);
  try {
    const plan = await observeNow();
    if (plan.nothingToDo !== undefined) return { plan };
    for (const warning of plan.warnings) run.reporter.warn(warning);
    invocation.stderr.write(`${printable(undoHeadline(plan))}\n`);
    return { plan, execution: await executeUndo(run, plan) };
  } finally {
    await lease.release();
  }
}

async function show(invocation: Invocation, session: Session, { plan, execution }: Done): Promise<number> {
  const outcome = await (execution ? ended(session, plan, execution) : notRun(session, plan));
  const isShown = await showDocument(invocation, outcome);
  if (plan.nothingToDo !== undefined) {
    invocation.stderr.write(`nothing to do: ${printable(plan.nothingToDo)}\n`);
  } else if (!execution) {
    for (const warning of plan.warnings) session.run.reporter.warn(warning);
    if (!isShown) invocation.stdout.write(`${undoText(plan)}\n`);
  } else if (outcome.exitCode !== EXIT.unknown) {
    const { error } = execution;
    const runs = error === undefined || error instanceof RolledBackError ? 'runs' : 'is to run';
    invocation.stderr.write(`deployment.apps/${plan.deployment} ${runs} ${printable(execution.running.version)}\n`);
  }
  if (execution?.error !== undefined) throw execution.error;
  return outcome.exitCode;
}

async function showDocument(invocation: Invocation, outcome: UndoOutcome): Promise<boolean> {
  const format = stringFlag(invocation, 'output');
  if (format !== 'json' && format !== 'yaml') return false;
  await printDocument(invocation.stdout, format, outcome);
  return true;
}
