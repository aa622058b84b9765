import { NotConfirmedError } from '../core/errors.js';
import type { Listener } from './events.js';

/** What a run asks before it goes on. */
export interface GateRequest {
  readonly question: string;
  /** What is left to do, a line each. */
  readonly rest: string;
}

/**
 * What may hold a run before traffic moves. It resolves when the run may go on.
 *
 * @throws NotConfirmedError when it may not
 */
export type Gate = (request: GateRequest) => Promise<void>;

/** `--yes`. */
export const openGate =
  (emit: Listener): Gate =>
  async () =>
    emit({ type: 'gate-passed', by: 'flag' });

/** The question on a terminal, or what stdin holds. @param ask - undefined when stdin is closed */
export const questionGate =
  (emit: Listener, ask: (question: string) => Promise<string | undefined>): Gate =>
  async ({ question, rest }) => {
    emit({ type: 'gate-waits', question });
    const answer = await ask(`what is left to do:\n${rest}\n${question}`);
    if (answer === undefined) throw new NotConfirmedError('not confirmed: stdin is closed; answer "yes" or pass --yes');
    if (!/^y(es)?$/i.test(answer.trim()))
      throw new NotConfirmedError(`not confirmed: the answer was "${answer.trim()}"`);
    emit({ type: 'gate-passed', by: 'answer' });
  };
