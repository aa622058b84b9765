import { LostRaceError } from '../core/errors.js';
import { commandChoice } from '../invocation/check-options.js';
import { booleanFlag, type Invocation } from '../invocation/invocation.js';
import type { Session } from '../invocation/session.js';
import type { Checkout } from '../manifests/write-back/checkout.js';
import { installed } from '../plan/active-color.js';
import { commandsOf, requireConsent } from '../plan/checks/commands.js';
import { requireKept } from '../plan/deletion.js';
import { isUnrecorded } from '../plan/gitops/follow.js';
import { besideTool, handOver } from '../plan/gitops/hand-over.js';
import { leavesTraffic } from '../plan/gitops/rules.js';
import type { PlanInput } from '../plan/input.js';
import type { State } from '../plan/state.js';
import { type Plan, preparedColor } from '../plan/steps.js';
import { type Limits, requireRoom } from '../run/capacity.js';
import type { Run } from '../run/context.js';
import { recordRun } from '../run/history.js';
import { observe } from '../run/observe.js';
import { respectOtherServices } from '../run/other-services.js';
import { type Ownership, readOwnership } from '../run/ownership.js';
import { withAdvice } from '../run/pod-targets.js';
import { type Build, draftPlan, prepareBuild, requireSameColor, withBuild, withSkipped } from './build/prepare.js';
import { type Execution, execute } from './execute.js';
import { executed, nothingToDo, planHeadline, planned, plannedEvent } from './outcome.js';
import { ownerOf, respectDeployment, respectHold, respectOwner, respectReplicas } from './owner.js';
import { finishWriteBack, rehearseWriteBack, type Shown, type WriteBack } from './write-back.js';

export interface Operation {
  readonly kind: Plan['operation'];
  readonly plan: (input: PlanInput) => Plan;
  /** Asks for what a plan needs and flags and cluster do not say. */
  readonly complete?: (run: Run, seen: Seen) => Promise<Seen>;
}

/** What was seen, and unless it does not matter, what limits the namespace. */
export type Seen = PlanInput & { readonly limits?: Limits };

export interface Done {
  readonly shown: Shown;
  readonly writeBack?: WriteBack;
}

/** What a run is to do, as far as the cluster is concerned. */
interface Draft {
  readonly input: PlanInput;
  readonly plan: Plan;
  /** Of a tool that applies what the run changes. */
  readonly ownership: Ownership | undefined;
  readonly writeBack?: WriteBack;
}

/** What the run as a whole has: flags, edges, and what it has told already. */
export interface Work {
  readonly invocation: Invocation;
  readonly session: Session;
  readonly operation: Operation;
  readonly checkout: Checkout | undefined;
  readonly told: Set<string>;
}

/** Plans, builds where that is asked, announces, and carries out. */
export async function decide(work: Work, lookNow: () => Promise<Seen>, wanted: Build | undefined): Promise<Done> {
  const input = await lookNow();
  const draft = await draw(work, input);
  // Nothing that is built is deployed before the active Service is there again.
  const isBuilt = wanted && draft.plan.nothingToDo === undefined && draft.plan.restores === undefined;
  const build = isBuilt ? prepareBuild(wanted, input, draft.plan) : undefined;
  if (!build) return finish(work, draft, (await announce(work, draft)) ?? (await carryOut(work, draft)));

  const target = (image: string, { intent, ...rest }: Seen): Seen => ({
    ...rest,
    intent: { ...intent, target: { image } },
  });
  const drawn = await draw(work, target(build.plan.image, input));
  const rehearsed = { ...drawn, plan: draftPlan(build.plan, drawn.plan) };
  const ended = await announce(work, rehearsed);
  if (ended) return finish(work, rehearsed, { ...withBuild(ended, build.summaries), before: build.lines });
  const built = await build.run(work.session.run);
  if (built.error !== undefined) {
    const steps = withSkipped(built, rehearsed.plan);
    const unchanged = { movedTraffic: false, changedColor: false };
    const execution = { steps, active: rehearsed.plan.from, error: built.error, ...unchanged };
    return { shown: await settle(work, rehearsed, execution) };
  }
  // Minutes may have passed.
  const pinned = await draw(work, target(built.image, await lookNow()));
  requireSameColor(build.plan, pinned.plan);
  const shown = (await announce(work, pinned)) ?? (await carryOut(work, pinned));
  return finish(work, pinned, withBuild(shown, built.steps, built.warnings));
}

async function draw(
  { invocation, session, operation, checkout, told }: Work,
  { limits, ...input }: Seen,
): Promise<Draft> {
  const wanted = operation.plan(input);
  requireKept(wanted, input.state, input.live);
  const roomy = limits ? await requireRoom(session.run, wanted, input, limits, told) : wanted;
  const { api } = session.run;
  const force = booleanFlag(invocation, 'force');
  const kept = await respectOtherServices(api, roomy, input.state, force);
  const held = [
    ...respectDeployment(input.state, kept, force),
    ...respectHold(input.state, kept, kept.to, booleanFlag(invocation, 'release-hold')),
  ];
  const [ownership, advised] = await Promise.all([
    ownerOf(session, input.state, kept),
    withAdvice(api, kept, input.state, input.policies[kept.to]),
  ]);
  const warned = { ...advised, warnings: [...advised.warnings, ...held] };
  const plan = ownership && leavesTraffic(ownership.rules) ? besideTool(warned, ownership.owner) : warned;
  if (!checkout) return { input, plan, ownership };
  const writeBack = rehearseWriteBack(checkout, plan, input);
  if (plan.nothingToDo !== undefined)
    return { input, plan, ownership, writeBack: await followed(session, input, writeBack) };
  if (!ownership || leavesTraffic(ownership.rules) || force) return { input, plan, ownership, writeBack };
  respectReplicas(input.state, plan, ownership);
  const { tool } = ownership.owner;
  return { input, plan: handOver(plan, ownership.owner), ownership, writeBack: { ...writeBack, handedTo: tool } };
}

/** Traffic is where it is to be by a commit that no record tells of: the run that was to follow it was cut off. */
async function followed({ run }: Session, { state }: PlanInput, writeBack: WriteBack): Promise<WriteBack> {
  if (!isUnrecorded(installed(state), writeBack.change.color)) return writeBack;
  const ownership = await readOwnership(run.api, state);
  if (!ownership || leavesTraffic(ownership.rules)) return writeBack;
  return { ...writeBack, handedTo: ownership.owner.tool };
}

async function finish({ invocation, session }: Work, { writeBack }: Draft, shown: Shown): Promise<Done> {
  if (!writeBack) return { shown };
  const finished = await finishWriteBack(session.run, booleanFlag(invocation, 'dry-run'), writeBack, shown);
  return { shown: finished, writeBack };
}

/** Says what is about to happen, once. @returns how the run ended, for one that does nothing */
async function announce(
  { invocation, session, told }: Work,
  { input: { state, manifests }, plan, ownership }: Draft,
): Promise<Shown | undefined> {
  const once = (text: string, tell: (text: string) => void) => {
    if (!told.has(text)) tell(text);
    told.add(text);
  };
  const warn = (text: string) => once(text, session.run.reporter.warn);
  for (const warning of plan.warnings) warn(warning);
  if (plan.nothingToDo !== undefined) return { plan, outcome: await nothingToDo(session, plan, state) };
  if (plan.from !== plan.to)
    for (const text of respectOwner(state, plan, ownership, booleanFlag(invocation, 'force'))) warn(text);
  requireConsent(commandsOf(plan), commandChoice(invocation, plan.release, manifests), plan.release);
  if (booleanFlag(invocation, 'dry-run')) return { plan, outcome: await planned(session, plan, state) };
  once(planHeadline(plan), (text) => invocation.stderr.write(`${text}\n`));
  session.run.emit(plannedEvent(session.run, plan));
  return undefined;
}

async function carryOut(work: Work, draft: Draft): Promise<Shown> {
  const { session, operation } = work;
  const { input, plan } = draft;
  const execution = await execute(session.run, plan, input.policies[preparedColor(plan)]);
  return (await lostButReached(session, input, execution, operation)) ?? (await settle(work, draft, execution));
}

export async function settle({ session }: Work, { input, plan }: Draft, execution: Execution): Promise<Shown> {
  session.run.enter('report');
  const [outcome] = await Promise.all([
    executed(session, plan, input.state, execution),
    recordRun(session.run, plan, input.state, execution),
  ]);
  return { plan, outcome, error: execution.error };
}

/** Somebody else moved traffic to where `--to` wants it, with the version asked for: then there is nothing left to do. */
async function lostButReached(
  session: Session,
  input: PlanInput,
  execution: Execution,
  operation: Operation,
): Promise<Shown | undefined> {
  const { run } = session;
  if (!(execution.error instanceof LostRaceError) || input.intent.to === undefined) return undefined;
  const state: State = await observe(run.api, run.namespace, run.release);
  const plan = operation.plan({ ...input, state });
  return plan.nothingToDo === undefined ? undefined : { plan, outcome: await nothingToDo(session, plan, state) };
}
