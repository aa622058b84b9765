import { LostRaceError } from '../core/errors.js';
import { commandsOf, requireConsent } from '../plan/checks/commands.js';
import type { PlanInput } from '../plan/input.js';
import type { State } from '../plan/state.js';
import { preparedColor } from '../plan/steps.js';
import { observe } from '../run/observe.js';
import type { Session } from '../run/session.js';
import { draftPlan, prepareBuild, requireSameColor, withBuild, withSkipped } from './build/prepare.js';
import { type Execution, execute } from './execute.js';
import { observeFollowed } from './follow-git.js';
import { locked } from './locked.js';
import { respectOwner } from './owner.js';
import { type Draft, preparePlan, type Work } from './prepare-plan.js';
import { nothingToDo, planned, plannedEvent } from './report.js';
import type { Observed, Operation, OperationRequest } from './request.js';
import { type Result, settle } from './settle.js';
import { finishWriteBack, type Rendered } from './write-back.js';

/**
 * Observes, plans, builds where that is asked, tells, and carries out, with the release's Lease; then, where that is asked, waits
 * until a tool has moved traffic.
 *
 * @throws RefusedError and others when it ended before there was a plan
 */
export async function runOperation(request: OperationRequest): Promise<Result> {
  const observe = () => observeFollowed(request);
  const work: Work = { ...request, observe, told: new Set() };
  const result = await locked(request, () => planAndRun(work));
  if (request.options.waitMs === undefined) return result;
  // Most runs wait for no commit, and load nothing for it.
  const { followSwitch } = await import('./follow-switch.js');
  return await followSwitch(work, result);
}

async function planAndRun(work: Work): Promise<Result> {
  const { observe: lookNow, build: wanted } = work;
  const input = await lookNow();
  const draft = await preparePlan(work, input);
  // Nothing that is built is deployed before the active Service is there again.
  const isBuilt = wanted && draft.plan.nothingToDo === undefined && draft.plan.restores === undefined;
  const build = isBuilt ? prepareBuild(wanted, input, draft.plan) : undefined;
  if (!build) return finish(work, draft, (await announce(work, draft)) ?? (await carryOut(work, draft)));

  const target = (image: string, { intent, ...rest }: Observed): Observed => ({
    ...rest,
    intent: { ...intent, target: { image } },
  });
  const drawn = await preparePlan(work, target(build.plan.image, input));
  const rehearsed = { ...drawn, plan: draftPlan(build.plan, drawn.plan) };
  const ended = await announce(work, rehearsed);
  if (ended) return finish(work, rehearsed, { ...withBuild(ended, build.summaries), before: build.lines });
  const built = await build.run(work.session.run);
  if (built.error !== undefined) {
    const steps = withSkipped(built, rehearsed.plan);
    const unchanged = { movedTraffic: false, changedColor: false };
    const execution = { steps, active: rehearsed.plan.from, error: built.error, ...unchanged };
    return { rendered: await settle(work, rehearsed, execution) };
  }
  // Minutes may have passed.
  const pinned = await preparePlan(work, target(built.image, await lookNow()));
  requireSameColor(build.plan, pinned.plan);
  const shown = (await announce(work, pinned)) ?? (await carryOut(work, pinned));
  return finish(work, pinned, withBuild(shown, built.steps, built.warnings));
}

async function finish({ options, session }: Work, { writeBack }: Draft, rendered: Rendered): Promise<Result> {
  if (!writeBack) return { rendered };
  return { rendered: await finishWriteBack(session.run, options.dryRun, writeBack, rendered), writeBack };
}

/** Says what is about to happen, once. @returns how the run ended, for one that does nothing */
async function announce(
  { options, session, told }: Work,
  { input: { state }, plan, ownership }: Draft,
): Promise<Rendered | undefined> {
  const once = (text: string, tell: (text: string) => void) => {
    if (!told.has(text)) tell(text);
    told.add(text);
  };
  const warn = (text: string) => once(text, session.run.reporter.warn);
  for (const warning of plan.warnings) warn(warning);
  if (plan.nothingToDo !== undefined) return { plan, outcome: await nothingToDo(session, plan, state) };
  if (plan.from !== plan.to) for (const text of respectOwner(state, plan, ownership, options.force)) warn(text);
  requireConsent(commandsOf(plan), options.commands, plan.release);
  if (options.dryRun) return { plan, outcome: await planned(session, plan, state) };
  session.run.emit(plannedEvent(session.run, plan));
  return undefined;
}

async function carryOut(work: Work, draft: Draft): Promise<Rendered> {
  const { session, operation } = work;
  const { input, plan } = draft;
  const execution = await execute(session.run, plan, input.policies[preparedColor(plan)]);
  return (await lostButReached(session, input, execution, operation)) ?? (await settle(work, draft, execution));
}

/** Another run moved traffic to where `--to` wants it, with the version asked for: then there is nothing left to do. */
async function lostButReached(
  session: Session,
  input: PlanInput,
  execution: Execution,
  operation: Operation,
): Promise<Rendered | undefined> {
  const { run } = session;
  if (!(execution.error instanceof LostRaceError) || input.intent.to === undefined) return undefined;
  const state: State = await observe(run.api, run.namespace, run.release);
  const plan = operation.plan({ ...input, state });
  return plan.nothingToDo === undefined ? undefined : { plan, outcome: await nothingToDo(session, plan, state) };
}
