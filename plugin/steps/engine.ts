import type { Step } from '../plan/steps.js';
import type { Run } from '../run/context.js';
import type { Scope } from './kind.js';
import { describeStep, hasChanged, movesTraffic, runStep, summarizeStep } from './registry.js';

/** What became of a step: its summary, how long it took, and what it found. */
export type StepResult = Record<string, unknown> & {
  readonly status: 'done' | 'failed' | 'skipped';
  readonly seconds?: number;
};

/** How far a run came with its steps. */
export interface Progress {
  readonly results: readonly StepResult[];
  /** Clients may reach other Pods than before. */
  readonly movedTraffic: boolean;
  /** A color runs something else, or may. */
  readonly changedColor: boolean;
  /** The step that failed, and why. */
  readonly failed?: { readonly step: Step; readonly cause: unknown };
}

export const skipped = (step: Step): StepResult => ({ ...summarizeStep(step), status: 'skipped' });

/** Runs the steps of a plan in order, and stops at the first that fails. A signal ends it only while traffic has not moved. */
export async function runSteps(run: Run, steps: readonly Step[], scope: Omit<Scope, 'describe'>): Promise<Progress> {
  const results: StepResult[] = [];
  let movedTraffic = false;
  let changedColor = false;
  for (const [index, step] of steps.entries()) {
    const started = run.clock.now();
    const ended = (status: 'done' | 'failed', found: object = {}) => {
      changedColor ||= hasChanged(step.kind, status);
      results.push({ ...summarizeStep(step), status, seconds: (run.clock.now() - started) / 1000, ...found });
    };
    announce(run, step);
    try {
      if (!movedTraffic) run.signal.throwIfAborted();
      ended('done', (await runStep(run, step, scope)) ?? {});
      movedTraffic ||= movesTraffic(step, scope.plan);
    } catch (cause) {
      ended('failed');
      results.push(...steps.slice(index + 1).map(skipped));
      return { results, movedTraffic, changedColor, failed: { step, cause } };
    }
  }
  return { results, movedTraffic, changedColor };
}

/** Says which step is next, to the user and, in the User-Agent of its requests, to the API server. */
export function announce(run: Run, step: Step): void {
  run.reporter.step(describeStep(step));
  run.enter(step.kind);
}
