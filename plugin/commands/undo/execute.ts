import { BluegreenError, EXIT, RefusedError, RolledBackError, UnprovenError } from '../../core/errors.js';
import { type Side, sideName, type UndoPlan } from '../../plan/rolling/undo.js';
import type { Run } from '../../run/context.js';
import { writeTemplate } from '../../steps/actions/template.js';
import { runSteps, type StepResult } from '../../steps/engine.js';
import { waitForPods } from '../../steps/wait-deployment.js';

export interface UndoExecution {
  readonly steps: readonly StepResult[];
  /** What the Deployment is to run, as far as this run knows. */
  readonly running: Side;
  readonly error?: unknown;
}

/** Runs an undo's steps. What fails its rollout or a check has its template put back. */
export async function executeUndo(run: Run, plan: UndoPlan): Promise<UndoExecution> {
  const { results: steps, failed } = await runSteps(run, plan.steps, { undo: plan, waited: { pods: [] } });
  if (!failed) return { steps, running: plan.to };
  const begun = steps.some(({ status }) => status === 'done');
  return {
    steps,
    ...(begun ? await afterFailure(run, plan, failed.cause) : { running: plan.from, error: failed.cause }),
  };
}

async function afterFailure(run: Run, plan: UndoPlan, cause: unknown): Promise<Omit<UndoExecution, 'steps'>> {
  const { message } = cause as Error;
  const { deployment, to } = plan;
  // Who undoes does not want the version from before back, not even by Ctrl-C.
  if (run.signal.aborted) {
    run.reporter.warn(
      `deployment.apps/${deployment} goes on to ${sideName(to)}: "kubectl rollout status deployment/${deployment}" follows it`,
    );
    return { running: to, error: cause };
  }
  if (cause instanceof RefusedError) return await putBack(run, plan, message);
  const isFinal = cause instanceof BluegreenError && cause.exitCode >= EXIT.unproven;
  const text = `deployment "${deployment}" was set to ${sideName(to)}, but: ${message}`;
  return { running: to, error: isFinal ? cause : new UnprovenError(text, { cause }) };
}

async function putBack(run: Run, plan: UndoPlan, why: string): Promise<Omit<UndoExecution, 'steps'>> {
  const { deployment, from, to } = plan;
  run.reporter.step(`put back deployment.apps/${deployment}: ${sideName(from)}`);
  let running = to;
  try {
    await writeTemplate(run, plan, { before: to, after: from, outcome: 'put-back' });
    running = from;
    run.reporter.changed(`deployment.apps/${deployment}`, 'restored');
    await waitForPods(run, plan);
  } catch (cause) {
    const text = `${sideName(to)} of deployment "${deployment}" failed: ${why}\nputting ${sideName(from)} back: ${(cause as Error).message}`;
    return { running, error: new UnprovenError(text, { cause }) };
  }
  const text = `${sideName(to)} of deployment "${deployment}" failed, and ${from.version} is back; Pods of both may have had traffic: ${why}`;
  return { running, error: new RolledBackError(text) };
}
