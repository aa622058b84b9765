import { printDocument } from '../document.js';
import { acquireLease } from '../effects/lease.js';
import { findOwner } from '../effects/owner.js';
import { EXIT, LostRaceError, RefusedError } from '../errors.js';
import { type Execution, execute } from '../execute.js';
import { booleanFlag, type Invocation, releaseArgument, stringFlag } from '../invocation.js';
import { observe, observeObjects } from '../observe.js';
import { executed, exitCodeOf, nothingToDo, planHeadline, planned, planText, refused } from '../outcome.js';
import type { Intent, PlanInput } from '../plan/deploy.js';
import { handOver } from '../plan/hand-over.js';
import { allObjects, type Manifests, manifestNamespace } from '../plan/manifests.js';
import type { Owner } from '../plan/ownership.js';
import { type Overrides, overridePolicy, readPolicy } from '../plan/policy.js';
import type { State } from '../plan/state.js';
import type { Plan } from '../plan/steps.js';
import { connect, type Session } from '../session.js';
import { printable } from '../text.js';
import type { Checkout } from '../write-back/checkout.js';
import { loadManifests, readIntent, readOverrides } from './arguments.js';
import {
  describeWriteBack,
  finishWriteBack,
  openWriteBack,
  rehearseWriteBack,
  type Shown,
  type WriteBack,
} from './write-back.js';

export interface Operation {
  readonly kind: Plan['operation'];
  readonly plan: (input: PlanInput) => Plan;
}

/** What deploy, promote and rollback have in common: complete, observe, plan, show, execute. */
export async function operate(invocation: Invocation, operation: Operation): Promise<number> {
  const release = releaseArgument(invocation);
  const intent = readIntent(invocation);
  const overrides = readOverrides(invocation);
  const manifests = await loadManifests(invocation, release);
  const namespace = manifests && manifestNamespace(allObjects(manifests));
  const checkout = await openWriteBack(invocation, release, intent.target);
  const session = await connect(invocation, { release, manifestNamespace: namespace ?? checkout?.namespace });
  try {
    const lookNow = () => look(session, intent, overrides, manifests);
    const done = await locked(invocation, session, () =>
      decide(invocation, session, operation, lookNow, checkout),
    ).catch(async (error: unknown) => {
      await showRefusal(invocation, refused(session, operation.kind, error));
      throw error;
    });
    return await show(invocation, done.shown, done.writeBack);
  } finally {
    session.close();
  }
}

/** Runs with the release's Lease, which a dry run does not need. */
async function locked<T>(invocation: Invocation, { run }: Session, work: () => Promise<T>): Promise<T> {
  if (booleanFlag(invocation, 'dry-run')) return work();
  const lock = await acquireLease(run);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

interface Done {
  readonly shown: Shown;
  readonly writeBack?: WriteBack;
}

async function decide(
  invocation: Invocation,
  session: Session,
  operation: Operation,
  lookNow: () => Promise<PlanInput>,
  checkout: Checkout | undefined,
): Promise<Done> {
  const input = await lookNow();
  const plan = operation.plan(input);
  const owner = await ownerOf(session, input.state, plan);
  const doIt = (part: Plan) => carryOut(invocation, session, input, part, operation, owner);
  if (!checkout) return { shown: await doIt(plan) };
  const writeBack = rehearseWriteBack(checkout, plan, input);
  const shown = await doIt(owner && !booleanFlag(invocation, 'force') ? handOver(plan, owner) : plan);
  return { shown: finishWriteBack(session.run, booleanFlag(invocation, 'dry-run'), writeBack, shown), writeBack };
}

async function look(
  { run }: Session,
  intent: Intent,
  overrides: Overrides,
  manifests: Manifests | undefined,
): Promise<PlanInput> {
  const [state, live] = await Promise.all([
    observe(run.api, run.namespace, run.release),
    observeObjects(run.api, run.namespace, manifests ? allObjects(manifests) : []),
  ]);
  const deployment = state.deployments.blue ?? state.deployments.green;
  const policy = overridePolicy(readPolicy(manifests?.active ?? state.active, deployment), overrides);
  return { state, live, policy, intent, ...(manifests && { manifests }) };
}

async function carryOut(
  invocation: Invocation,
  session: Session,
  input: PlanInput,
  plan: Plan,
  operation: Operation,
  owner: Owner | undefined,
): Promise<Shown> {
  const { state, policy } = input;
  const { reporter } = session.run;
  if (plan.nothingToDo !== undefined) return { plan, outcome: nothingToDo(session, plan, state, policy) };
  for (const warning of plan.warnings) reporter.warn(warning);
  if (owner && plan.from !== plan.to) respectOwner(state, owner, booleanFlag(invocation, 'force'), reporter.warn);
  if (booleanFlag(invocation, 'dry-run')) return { plan, outcome: planned(session, plan, state, policy) };
  invocation.stderr.write(`${planHeadline(plan)}\n`);

  const execution = await execute(session.run, plan, policy);
  const settled = await lostButReached(session, input, execution, operation);
  if (settled) return settled;
  const outcome = await executed(session, plan, state, policy, execution);
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
  return plan.nothingToDo === undefined
    ? undefined
    : { plan, outcome: nothingToDo(session, plan, state, input.policy) };
}

/** The other tool that owns the selector that a plan changes. */
async function ownerOf({ run }: Session, { active }: State, plan: Plan): Promise<Owner | undefined> {
  return active && plan.from !== plan.to ? await findOwner(run.api, active) : undefined;
}

function respectOwner({ active }: State, owner: Owner, force: boolean, warn: (text: string) => void): void {
  const text = `service "${active?.metadata.name}" is managed by ${owner.tool} (${owner.evidence}), which may move traffic back`;
  if (!force)
    throw new RefusedError(
      `${text}: use --write-back, which leaves the switch to ${owner.tool} and a commit, or --force, ` +
        `or let them live together: ${owner.remedy}`,
    );
  warn(text);
}

/** A run that is refused before it has a plan leaves a document as well: a pipeline keeps one for each run. */
async function showRefusal(invocation: Invocation, document: object): Promise<void> {
  const format = stringFlag(invocation, 'output');
  if (format === 'json' || format === 'yaml') await printDocument(invocation.stdout, format, document);
}

export async function show(
  invocation: Invocation,
  { outcome, plan, error }: Shown,
  writeBack?: WriteBack,
): Promise<number> {
  const format = stringFlag(invocation, 'output');
  if (format === 'json' || format === 'yaml') await printDocument(invocation.stdout, format, outcome);
  else if (outcome.phase === 'planned') {
    const last = writeBack ? `\n  ${String(plan.steps.length + 1).padStart(2)}. ${describeWriteBack(writeBack)}` : '';
    invocation.stdout.write(`${planText(plan)}${last}\n`);
  }
  if (outcome.phase === 'nothing-to-do')
    invocation.stderr.write(`nothing to do: ${printable(outcome.message ?? '')}\n`);
  // However a run ends, the last thing to know is where traffic is; only exit code 7 means that nobody knows.
  const isKnown = outcome.exitCode !== EXIT.unknown && outcome.phase !== 'planned' && outcome.phase !== 'nothing-to-do';
  if (isKnown) {
    const { color, version } = outcome.active;
    invocation.stderr.write(`traffic of ${outcome.release} is on ${color} (${printable(version)})\n`);
  }
  if (error !== undefined) throw error;
  return exitCodeOf(error);
}
