import { activeServiceName, type Color, otherColor } from '../charts/names.js';
import type { Policy } from '../charts/policy.js';
import { waitDrain } from './effects/drain.js';
import { runMigration } from './effects/migrate.js';
import {
  applyObjects,
  createServices,
  deleteObjects,
  patchDeployment,
  restoreObjects,
  scaleDeployment,
} from './effects/objects.js';
import { proveTraffic } from './effects/prove.js';
import { pointPreview, recordOutcome } from './effects/record.js';
import { scaleDown } from './effects/scale-down.js';
import { switchTraffic } from './effects/switch.js';
import { readyPods, verifyColor, verifyPods } from './effects/verify.js';
import { waitRollout } from './effects/wait.js';
import { watchColor } from './effects/watch.js';
import {
  ApiError,
  BluegreenError,
  EXIT,
  LostRaceError,
  RefusedError,
  RolledBackError,
  UnknownStateError,
  UnprovenError,
  UnreachableError,
} from './errors.js';
import { describeStep, numberedSteps, type Plan, type Step, summarizeStep } from './plan/steps.js';
import type { Run } from './run.js';

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
}

/** Runs a plan's steps in order and stops at the first that fails; before the switch, what was done is then undone. */
export async function execute(run: Run, plan: Plan, policy: Policy): Promise<Execution> {
  const steps: StepResult[] = [];
  let switched = false;
  for (const [index, step] of plan.steps.entries()) {
    const started = run.clock.now();
    const seconds = () => (run.clock.now() - started) / 1000;
    run.reporter.step(describeStep(step));
    try {
      if (!switched) run.signal.throwIfAborted();
      const found = await perform(run, step, plan, policy);
      steps.push({ ...summarizeStep(step), status: 'done', seconds: seconds(), ...found });
      switched ||= movesTraffic(step, plan);
    } catch (cause) {
      steps.push({ ...summarizeStep(step), status: 'failed', seconds: seconds() });
      for (const rest of plan.steps.slice(index + 1)) steps.push({ ...summarizeStep(rest), status: 'skipped' });
      return await fail(run, plan, step, { cause, steps, switched });
    }
  }
  return { steps, active: plan.to };
}

/** From here on Pods are reachable through the active Service: undoing a deploy would take them away. */
function movesTraffic(step: Step, { release }: Plan): boolean {
  if (step.kind === 'create')
    return step.services.some((service) => service.metadata.name === activeServiceName(release));
  return step.kind === 'switch';
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
    const undoes = !saidNo && !mayHaveMoved && !othersWork;
    if (undoes) await undo(run, step.kind === 'migrate' ? undoMigration(plan.undo, cause) : plan.undo);
    return { steps, active: plan.from, error: cause };
  }
  const isFinal = cause instanceof BluegreenError && cause.exitCode >= EXIT.unproven;
  const error = isFinal
    ? cause
    : new UnprovenError(`traffic was switched to ${plan.to}, but: ${(cause as Error).message}`, { cause });
  return { steps, active: plan.to, error };
}

/** No color was touched yet; and a Job that may still run needs what was made for it. */
function undoMigration(steps: readonly Step[], cause: unknown): Step[] {
  const hasEnded = cause instanceof RefusedError || cause instanceof ApiError;
  return hasEnded ? steps.filter(({ kind }) => kind === 'delete') : [];
}

async function undo(run: Run, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    run.reporter.step(describeStep(step));
    try {
      if (step.kind === 'restore') await restoreObjects(run, step.objects);
      if (step.kind === 'delete') await deleteObjects(run, step.objects);
    } catch (error) {
      run.reporter.warn(`could not ${describeStep(step)}: ${(error as Error).message}`);
    }
  }
}

/** @returns what the step found: a part of the evidence */
async function perform(run: Run, step: Step, plan: Plan, policy: Policy): Promise<object> {
  switch (step.kind) {
    case 'migrate':
      return await runMigration(run, step.job);
    case 'apply':
      await applyObjects(run, step.objects);
      return {};
    case 'patch':
      await patchDeployment(run, step.deployment, step.patch);
      return {};
    case 'scale':
      await scaleDeployment(run, step.deployment, step.to);
      return {};
    case 'wait': {
      const pods = await waitRollout(run, step.color, step.deployment, step.timeoutSeconds);
      return { pods: pods.map((pod) => pod.metadata.name) };
    }
    case 'verify': {
      const verified = await verifyColor(run, step.color, step.checks, step.port);
      run.reporter.info(`${verified.length} Pods passed ${step.checks.length} checks each`);
      return { verified };
    }
    case 'create':
      await createServices(run, step.services);
      return {};
    case 'confirm':
      await confirm(run, step.question, plan.steps.slice(plan.steps.indexOf(step) + 1));
      return {};
    case 'switch': {
      const service = await switchTraffic(run, {
        ...step,
        kind: plan.operation === 'rollback' ? 'rollback' : 'promote',
        recheck: () => recheck(run, step.to, step.replicas, policy),
      });
      run.reporter.changed(`service/${step.service}`, 'patched');
      return { resourceVersion: service.metadata.resourceVersion };
    }
    case 'preview':
      await pointPreview(run, step.service, step.to);
      return {};
    case 'prove': {
      const convergence = await proveTraffic(run, step.service, step.color);
      run.reporter.info(`${convergence.endpoints} endpoints, all of ${step.color}, after ${convergence.ms}ms`);
      return { convergence };
    }
    case 'watch':
      await watchAfterSwitch(run, step, plan, policy);
      return {};
    case 'record':
      return { operation: await recordOutcome(run, step.service, step.outcome, step.operationId) };
    case 'restore':
      await restoreObjects(run, step.objects);
      return {};
    case 'delete':
      await deleteObjects(run, step.objects);
      return {};
    case 'drain':
      await waitDrain(run, step);
      return {};
    case 'scale-down':
      await scaleDown(run, step);
      return {};
    default:
      return step satisfies never;
  }
}

async function confirm(run: Run, question: string, rest: readonly Step[]): Promise<void> {
  if (run.yes) return run.reporter.info('confirmed by --yes');
  const answer = await run.ask(`what is left to do:\n${numberedSteps(rest)}\n${question}`);
  if (answer === undefined) throw new RefusedError('not confirmed: stdin is closed; answer "yes" or pass --yes');
  if (!/^y(es)?$/i.test(answer.trim())) throw new RefusedError(`not confirmed: the answer was "${answer.trim()}"`);
}

/** Between verification and switch a person may have thought for an hour: a Pod that is new since is verified first. */
async function recheck(run: Run, color: Color, prepared: number, policy: Policy): Promise<void> {
  const pods = await readyPods(run, color, { prepared });
  const unverified = pods.filter((pod) => !run.verified.has(pod.metadata.uid ?? ''));
  if (unverified.length > 0) await verifyPods(run, unverified, policy.checks, policy.port);
}

async function watchAfterSwitch(run: Run, step: Step & { kind: 'watch' }, plan: Plan, policy: Policy): Promise<void> {
  const { checks, port } = policy;
  const why = await watchColor(run, { ...step, checks, port });
  if (why === undefined) return;
  if (!step.automaticRollback || plan.from === plan.to)
    throw new UnprovenError(
      `${step.color} is unhealthy: ${why}; roll back with "kubectl bluegreen rollback ${plan.release} --to ${otherColor(step.color)}"`,
    );
  await switchBack(run, step, plan, why);
}

async function switchBack(run: Run, step: Step & { kind: 'watch' }, plan: Plan, why: string): Promise<never> {
  const { switchStep, previewStep } = returnSteps(plan);
  run.reporter.warn(`${step.color} is unhealthy: ${why}: switching back to ${plan.from}`);
  const back: Run = { ...run, operationId: `${run.operationId}-back` };
  if (!switchStep) throw new UnprovenError(`${step.color} is unhealthy: ${why}`);
  const guard = { uid: switchStep.guard.uid, lastOperationId: run.operationId };
  // In a hurry one Pod is enough; none is worse than an unhealthy color.
  const recheck = async () => void (await readyPods(back, plan.from, { prepared: 1, all: false }));
  const request = {
    service: switchStep.service,
    guard,
    from: plan.to,
    to: plan.from,
    kind: 'rollback',
    recheck,
  } as const;
  await switchTraffic(back, request);
  run.reporter.changed(`service/${switchStep.service}`, 'patched');
  if (previewStep) await pointPreview(back, previewStep.service, plan.to);
  await proveTraffic(back, switchStep.service, plan.from);
  await recordOutcome(back, switchStep.service, 'rolled-back');
  throw new RolledBackError(`${plan.to} was unhealthy after the switch: ${why}; traffic is back on ${plan.from}`);
}

function returnSteps(plan: Plan) {
  const find = <K extends Step['kind']>(kind: K) =>
    plan.steps.find((step): step is Step & { kind: K } => step.kind === kind);
  return { switchStep: find('switch'), previewStep: find('preview') };
}
