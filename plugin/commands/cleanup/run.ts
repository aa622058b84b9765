import { parseCount, parseDuration } from '../../core/duration.js';
import { environmentNamespace } from '../../invocation/environment.js';
import { booleanFlag, type Invocation, releaseArgument, stringFlag } from '../../invocation/invocation.js';
import { connect } from '../../invocation/session.js';
import { show } from '../../invocation/show.js';
import { execute } from '../../operations/execute.js';
import { endedEvent, executed, nothingToDo, planned, plannedEvent } from '../../operations/report.js';
import { planCleanup } from '../../plan/cleanup.js';
import { requireKept } from '../../plan/deletion.js';
import { readPolicy } from '../../plan/policy.js';
import { recordRun } from '../../run/history.js';
import { listAutoscalers, observe } from '../../run/observe.js';
import { respectOtherServices } from '../../run/other-services.js';

export async function run(invocation: Invocation): Promise<number> {
  const release = releaseArgument(invocation);
  const keep = parseCount(stringFlag(invocation, 'keep') ?? '0', '--keep', 0);
  const afterSeconds = parseDuration(stringFlag(invocation, 'after') ?? '0s', '--after') / 1000;
  const session = await connect(invocation, {
    release,
    manifestNamespace: await environmentNamespace(invocation, release),
  });
  const { run } = session;
  try {
    const [state, autoscalers] = await Promise.all([
      observe(run.api, run.namespace, release),
      listAutoscalers(run.api, run.namespace),
    ]);
    const wanted = planCleanup({ state, autoscalers, keep, afterSeconds, counts: booleanFlag(invocation, 'exec') });
    requireKept(wanted, state);
    const plan = await respectOtherServices(run.api, wanted, state, booleanFlag(invocation, 'force'));
    if (plan.nothingToDo !== undefined)
      return await show(invocation, { plan, outcome: await nothingToDo(session, plan, state) });
    for (const warning of plan.warnings) run.reporter.warn(warning);
    if (booleanFlag(invocation, 'dry-run'))
      return await show(invocation, { plan, outcome: await planned(session, plan, state) });
    run.emit(plannedEvent(run, plan));
    const execution = await execute(run, plan, readPolicy(state.active, state.deployments[plan.to]));
    await recordRun(run, plan, state, execution);
    const outcome = await executed(session, plan, state, execution);
    run.emit(endedEvent(outcome));
    return await show(invocation, { plan, outcome, error: execution.error });
  } finally {
    session.close();
  }
}
