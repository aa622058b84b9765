import type { PlanInput } from '../plan/input.js';
import type { Plan } from '../plan/steps.js';
import { recordRun } from '../run/history.js';
import type { Execution } from './execute.js';
import { executed } from './report.js';
import type { OperationRequest } from './request.js';
import type { Rendered, WriteBack } from './write-back.js';

/** How an operation ended. */
export interface Result {
  readonly rendered: Rendered;
  readonly writeBack?: WriteBack;
}

/** Records how a run ended, and reads the release once more for its report. */
export async function settle(
  { session }: Pick<OperationRequest, 'session'>,
  { input, plan }: { readonly input: PlanInput; readonly plan: Plan },
  execution: Execution,
): Promise<Rendered> {
  session.run.enter('report');
  const [outcome] = await Promise.all([
    executed(session, plan, input.state, execution),
    recordRun(session.run, plan, input.state, execution),
  ]);
  return { plan, outcome, error: execution.error };
}
