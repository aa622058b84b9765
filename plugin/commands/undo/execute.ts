import { verifyPods } from '../../checks/verify.js';
import { BluegreenError, EXIT, RefusedError, RolledBackError, UnprovenError } from '../../core/errors.js';
import type { Pod } from '../../core/kubernetes.js';
import { counted } from '../../core/text.js';
import { describeUndoStep, type Side, sideName, type UndoPlan, type UndoStep } from '../../plan/rolling/undo.js';
import { deploymentProgress } from '../../plan/rollout.js';
import type { Run } from '../../run/context.js';
import { waitDeployment } from '../../steps/actions/wait.js';
import { writeComplete, writeTemplate } from './template.js';

export type UndoStepResult = Record<string, unknown> & { readonly status: 'done' | 'failed' | 'skipped' };

export interface UndoExecution {
  readonly steps: readonly UndoStepResult[];
  /** What the Deployment is to run, as far as this run knows. */
  readonly running: Side;
  readonly error?: unknown;
}

/** Runs an undo's steps. What fails its rollout or a check has its template put back. */
export async function executeUndo(run: Run, plan: UndoPlan): Promise<UndoExecution> {
  const steps: UndoStepResult[] = [];
  let pods: readonly Pod[] = [];
  let begun = false;
  for (const [index, step] of plan.steps.entries()) {
    const started = run.clock.now();
    const seconds = () => (run.clock.now() - started) / 1000;
    run.reporter.step(describeUndoStep(step));
    try {
      run.signal.throwIfAborted();
      const done = await performUndo(run, plan, step, pods);
      pods = done.pods ?? pods;
      begun = true;
      steps.push({ ...summarizeUndoStep(step), status: 'done', seconds: seconds(), ...done.found });
    } catch (cause) {
      steps.push({ ...summarizeUndoStep(step), status: 'failed', seconds: seconds() });
      for (const rest of plan.steps.slice(index + 1)) steps.push({ ...summarizeUndoStep(rest), status: 'skipped' });
      return { steps, ...(begun ? await afterFailure(run, plan, cause) : { running: plan.from, error: cause }) };
    }
  }
  return { steps, running: plan.to };
}

interface Done {
  readonly pods?: readonly Pod[];
  readonly found?: object;
}

async function performUndo(run: Run, plan: UndoPlan, step: UndoStep, pods: readonly Pod[]): Promise<Done> {
  switch (step.kind) {
    case 'template':
      await writeTemplate(run, plan, { before: plan.from, after: plan.to, outcome: 'started' });
      run.reporter.changed(`deployment.apps/${plan.deployment}`, 'rolled back');
      return {};
    case 'wait': {
      const ready = await waitPods(run, plan);
      return { pods: ready, found: { pods: ready.map(({ metadata }) => metadata.name) } };
    }
    case 'verify': {
      const verified = await verifyPods(run, pods, step.checks, step.port);
      run.reporter.info(`${counted(verified.length, 'Pod')} passed ${counted(step.checks.length, 'check')} each`);
      return { found: { verified } };
    }
    case 'record':
      await writeComplete(run, plan);
      return {};
    default:
      return step satisfies never;
  }
}

function waitPods(run: Run, { deployment, labelSelector, timeoutSeconds }: UndoPlan): Promise<readonly Pod[]> {
  return waitDeployment(run, { deployment, labelSelector, timeoutSeconds, progress: deploymentProgress });
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
    await waitPods(run, plan);
  } catch (cause) {
    const text = `${sideName(to)} of deployment "${deployment}" failed: ${why}\nputting ${sideName(from)} back: ${(cause as Error).message}`;
    return { running, error: new UnprovenError(text, { cause }) };
  }
  const text = `${sideName(to)} of deployment "${deployment}" failed, and ${from.version} is back; Pods of both may have had traffic: ${why}`;
  return { running, error: new RolledBackError(text) };
}

/** A step as `-o json` shows it. */
export function summarizeUndoStep(step: UndoStep): Record<string, unknown> {
  const checks = 'checks' in step ? { checks: step.checks.map(({ name }) => name) } : {};
  return { ...step, description: describeUndoStep(step), ...checks };
}
