import { NotConfirmedError } from '../core/errors.js';
import { numbered } from '../core/text.js';
import type { StepKind } from './kind.js';

/** Asks a person before traffic moves. */
export const confirm: StepKind<'confirm'> = {
  describe: () => 'ask before traffic moves',
  changes: 'nothing',
  async run(run, step, { plan }, describe) {
    if (run.yes) return run.reporter.info('confirmed by --yes');
    const rest = plan.steps.slice(plan.steps.indexOf(step) + 1);
    const answer = await run.ask(`what is left to do:\n${numbered(rest.map(describe))}\n${step.question}`);
    if (answer === undefined) throw new NotConfirmedError('not confirmed: stdin is closed; answer "yes" or pass --yes');
    if (!/^y(es)?$/i.test(answer.trim()))
      throw new NotConfirmedError(`not confirmed: the answer was "${answer.trim()}"`);
  },
};
