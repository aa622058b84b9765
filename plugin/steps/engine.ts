import type { Run } from '../run/context.js';
import type { AnyStep, ScopeOf } from './kind.js';
import { changesColor, describeStep, movesTraffic, runStep, summarizeStep, toleratedText } from './registry.js';

/** What became of a step: its summary, how long it took, and what it found. */
export type StepResult = Record<string, unknown> & {
  readonly status: 'done' | 'failed' | 'skipped';
  readonly seconds?: number;
};

/** How far a run came with its steps. */
export interface Progress<S extends AnyStep = AnyStep> {
  readonly results: readonly StepResult[];
  /** Clients may reach other Pods than before. */
  readonly movedTraffic: boolean;
  /** A color runs something else, or may. */
  readonly changedColor: boolean;
  /** Warnings of steps that failed and that nothing depends on. */
  readonly warnings: readonly string[];
  /** The step that failed, and why. */
  readonly failed?: { readonly step: S; readonly cause: unknown };
}

export const skipped = (step: AnyStep): StepResult => ({ ...summarizeStep(step), status: 'skipped' });

/** Runs steps in order, and stops at the first that fails. A signal ends it between two steps only while traffic has not moved. */
export async function runSteps<S extends AnyStep>(
  run: Run,
  steps: readonly S[],
  scope: ScopeOf<S['kind']>,
): Promise<Progress<S>> {
  const results: StepResult[] = [];
  const warnings: string[] = [];
  let movedTraffic = false;
  let changedColor = false;
  for (const [index, step] of steps.entries()) {
    const started = run.clock.now();
    const end = (status: 'done' | 'failed', found: object = {}, cause?: unknown) => {
      changedColor ||= changesColor(step, status);
      const seconds = (run.clock.now() - started) / 1000;
      results.push({ ...summarizeStep(step), status, seconds, ...found });
      const message = cause === undefined ? {} : { message: (cause as Error).message };
      run.emit({ type: 'step-ended', kind: step.kind, status, seconds, ...message });
    };
    announce(run, step);
    try {
      if (!movedTraffic) run.signal.throwIfAborted();
      end('done', (await runStep(run, step, scope)) ?? {});
      if (!movesTraffic(step, run.release)) continue;
      movedTraffic = true;
      run.emit({ type: 'traffic-moved', kind: step.kind, ...('to' in step && { to: String(step.to) }) });
    } catch (cause) {
      end('failed', {}, cause);
      const tolerated = run.signal.aborted ? undefined : toleratedText(step);
      if (tolerated === undefined) {
        results.push(...steps.slice(index + 1).map(skipped));
        return { results, movedTraffic, changedColor, warnings, failed: { step, cause } };
      }
      warnings.push(`${tolerated}: ${(cause as Error).message}`);
      run.reporter.warn(warnings.at(-1) ?? '');
    }
  }
  return { results, movedTraffic, changedColor, warnings };
}

/** Says which step is next, to the user and, in the User-Agent of its requests, to the API server. */
export function announce(run: Run, step: AnyStep): void {
  run.emit({ type: 'step-began', kind: step.kind, description: describeStep(step) });
  run.enter(step.kind);
}
