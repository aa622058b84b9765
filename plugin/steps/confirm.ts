import { numbered } from '../core/text.js';
import type { StepKind } from './kind.js';

/** Waits at the gate before traffic moves. */
export const confirm: StepKind<'confirm'> = {
  describe: () => 'ask before traffic moves',
  changes: 'nothing',
  run(run, step, { plan }, describe) {
    const rest = plan.steps.slice(plan.steps.indexOf(step) + 1);
    return run.gate({ question: step.question, rest: numbered(rest.map(describe)) });
  },
};
