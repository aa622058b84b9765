import { isColor } from '../../charts/names.js';
import { printDocument } from '../document.js';
import { parseCount, parseDuration } from '../duration.js';
import { acquireLease } from '../effects/lease.js';
import { EXIT, LostRaceError, RefusedError, UsageError } from '../errors.js';
import { type Execution, execute } from '../execute.js';
import { booleanFlag, type Invocation, listFlag, releaseArgument, stringFlag } from '../invocation.js';
import { observe, observeObjects } from '../observe.js';
import { executed, exitCodeOf, nothingToDo, planHeadline, planned, planText } from '../outcome.js';
import type { Intent, PlanInput } from '../plan/deploy.js';
import { handOver } from '../plan/hand-over.js';
import { parseImage, type Target, validVersion } from '../plan/image.js';
import { allObjects, type Manifests, manifestNamespace, sortManifests } from '../plan/manifests.js';
import { type Owner, selectorOwner } from '../plan/ownership.js';
import { type Overrides, overridePolicy, readPolicy } from '../plan/policy.js';
import type { State } from '../plan/state.js';
import type { Plan } from '../plan/steps.js';
import { connect, type Session } from '../session.js';
import { printable } from '../text.js';
import {
  describeWriteBack,
  finishWriteBack,
  openWriteBack,
  rehearseWriteBack,
  type Shown,
  type WriteBack,
} from './write-back.js';

type Planner = (input: PlanInput) => Plan;

/** What deploy, promote and rollback have in common: complete, observe, plan, show, execute. */
export async function operate(invocation: Invocation, planner: Planner): Promise<number> {
  const release = releaseArgument(invocation);
  const intent = readIntent(invocation);
  const overrides = readOverrides(invocation);
  const manifests = await loadManifests(invocation, release);
  const namespace = manifests && manifestNamespace(allObjects(manifests));
  const checkout = await openWriteBack(invocation, release, intent.target);
  const session = await connect(invocation, { release, manifestNamespace: namespace ?? checkout?.namespace });
  const dryRun = booleanFlag(invocation, 'dry-run');
  try {
    const lock = dryRun ? undefined : await acquireLease(session.run);
    try {
      const input = await look(session, intent, overrides, manifests);
      const plan = planner(input);
      if (!checkout) return await show(invocation, await carryOut(invocation, session, input, plan, planner));
      const writeBack = rehearseWriteBack(checkout, plan, input);
      const owner = booleanFlag(invocation, 'force') ? undefined : ownerOf(input.state, plan);
      const part = owner ? handOver(plan, owner) : plan;
      const shown = await carryOut(invocation, session, input, part, planner);
      return await show(invocation, finishWriteBack(session.run, dryRun, writeBack, shown), writeBack);
    } finally {
      await lock?.release();
    }
  } finally {
    session.close();
  }
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
  planner: Planner,
): Promise<Shown> {
  const { state, policy } = input;
  const { reporter } = session.run;
  if (plan.nothingToDo !== undefined) return { plan, outcome: nothingToDo(session, plan, state, policy) };
  for (const warning of plan.warnings) reporter.warn(warning);
  respectOwner(state, plan, booleanFlag(invocation, 'force'), reporter.warn);
  if (booleanFlag(invocation, 'dry-run')) return { plan, outcome: planned(session, plan, state, policy) };
  invocation.stderr.write(`${planHeadline(plan)}\n`);

  const execution = await execute(session.run, plan, policy);
  const settled = await lostButReached(session, input, execution, planner);
  if (settled) return settled;
  const outcome = await executed(session, plan, state, policy, execution);
  return { plan, outcome, error: execution.error };
}

/** Somebody else moved traffic to where `--to` wants it, with the version asked for: then there is nothing left to do. */
async function lostButReached(
  session: Session,
  input: PlanInput,
  execution: Execution,
  planner: Planner,
): Promise<Shown | undefined> {
  const { run } = session;
  if (!(execution.error instanceof LostRaceError) || input.intent.to === undefined) return undefined;
  const state: State = await observe(run.api, run.namespace, run.release);
  const plan = planner({ ...input, state });
  return plan.nothingToDo === undefined
    ? undefined
    : { plan, outcome: nothingToDo(session, plan, state, input.policy) };
}

/** The other tool that owns the selector that a plan changes. */
function ownerOf({ active }: State, plan: Plan): Owner | undefined {
  return active && plan.from !== plan.to ? selectorOwner(active) : undefined;
}

function respectOwner(state: State, plan: Plan, force: boolean, warn: (text: string) => void): void {
  const owner = ownerOf(state, plan);
  if (!owner) return;
  const text = `service "${state.active?.metadata.name}" is managed by ${owner.tool} (${owner.evidence}), which may move traffic back`;
  if (!force)
    throw new RefusedError(
      `${text}: use --write-back, which leaves the switch to ${owner.tool} and a commit, or --force, ` +
        `or let them live together: ${owner.remedy}`,
    );
  warn(text);
}

async function show(invocation: Invocation, { outcome, plan, error }: Shown, writeBack?: WriteBack): Promise<number> {
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

async function loadManifests(invocation: Invocation, release: string): Promise<Manifests | undefined> {
  const paths = listFlag(invocation, 'filename');
  if (paths.length === 0) return undefined;
  const { readManifests } = await import('../edges/files.js');
  return sortManifests(readManifests(paths), release, paths.join(', '));
}

function readIntent(invocation: Invocation): Intent {
  const to = stringFlag(invocation, 'to');
  const target = readTarget(stringFlag(invocation, 'version'), stringFlag(invocation, 'image'));
  return { target, ...(isColor(to) && { to }), applyShared: booleanFlag(invocation, 'apply-shared') };
}

function readTarget(version: string | undefined, image: string | undefined): Target {
  if (version !== undefined && image !== undefined) throw new UsageError('--version and --image exclude each other');
  if (version !== undefined) return { version: validVersion(version) };
  if (image === undefined) return {};
  parseImage(image);
  return { image };
}

/** Flags first, then the environment variables that the scripts of old knew. */
export function readOverrides(invocation: Invocation): Overrides {
  const { env } = invocation;
  const pick = <T>(parse: (text: string, flag: string) => T, name: string, variable?: string): T | undefined => {
    const flag = stringFlag(invocation, name);
    if (flag !== undefined) return parse(flag, `--${name}`);
    const value = variable && env[variable];
    return value ? parse(value, variable) : undefined;
  };
  const seconds = (text: string, flag: string) => parseDuration(text, flag) / 1000;
  return definedOnly({
    retries: pick(parseCount, 'check-retries', 'HEALTH_CHECK_RETRIES'),
    intervalSeconds: pick(seconds, 'check-interval', 'HEALTH_CHECK_INTERVAL'),
    checkTimeoutSeconds: pick(seconds, 'check-timeout'),
    rolloutTimeoutSeconds: pick(seconds, 'timeout'),
    soakSeconds: pick(seconds, 'soak'),
  });
}

function definedOnly<T extends object>(values: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
