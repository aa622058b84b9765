import { parseCount, parseDuration } from '../../core/duration.js';
import { exitCodeOf } from '../../core/errors.js';
import { environmentNamespace } from '../../invocation/environment.js';
import { booleanFlag, type Invocation, releaseArgument, stringFlag } from '../../invocation/invocation.js';
import { connect } from '../../invocation/session.js';
import { show } from '../../invocation/show.js';
import { execute } from '../../operations/execute.js';
import { endedEvent, executed, nothingToDo, planned, plannedEvent } from '../../operations/report.js';
import type { Rendered } from '../../operations/write-back.js';
import { type CleanupInput, planCleanup } from '../../plan/cleanup.js';
import { requireKept } from '../../plan/deletion.js';
import { readPolicy } from '../../plan/policy.js';
import { recordRun } from '../../run/history.js';
import { listAutoscalers, observe } from '../../run/observe.js';
import { respectOtherServices } from '../../run/other-services.js';
import type { Session } from '../../run/session.js';

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
    const rendered = await cleanUp(session, {
      keep,
      afterSeconds,
      counts: booleanFlag(invocation, 'exec'),
      force: booleanFlag(invocation, 'force'),
      dryRun: booleanFlag(invocation, 'dry-run'),
    }).catch((error: Error) => {
      run.emit(endedEvent({ phase: 'refused', exitCode: exitCodeOf(error), message: error.message }));
      throw error;
    });
    run.emit(endedEvent(rendered.outcome));
    return await show(invocation, rendered);
  } finally {
    session.close();
  }
}

interface CleanupOptions extends Pick<CleanupInput, 'keep' | 'afterSeconds' | 'counts'> {
  readonly force: boolean;
  readonly dryRun: boolean;
}

async function cleanUp(session: Session, { force, dryRun, ...wishes }: CleanupOptions): Promise<Rendered> {
  const { run } = session;
  const [state, autoscalers] = await Promise.all([
    observe(run.api, run.namespace, run.release),
    listAutoscalers(run.api, run.namespace),
  ]);
  const wanted = planCleanup({ state, autoscalers, ...wishes });
  requireKept(wanted, state);
  const plan = await respectOtherServices(run.api, wanted, state, force);
  if (plan.nothingToDo !== undefined) return { plan, outcome: await nothingToDo(session, plan, state) };
  for (const warning of plan.warnings) run.reporter.warn(warning);
  if (dryRun) return { plan, outcome: await planned(session, plan, state) };
  run.emit(plannedEvent(run, plan));
  const execution = await execute(run, plan, readPolicy(state.active, state.deployments[plan.to]));
  await recordRun(run, plan, state, execution);
  return { plan, outcome: await executed(session, plan, state, execution), error: execution.error };
}
