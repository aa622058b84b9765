import { prepareChecks } from '../checks/pass-check.js';
import { ApiError, EXIT } from '../core/errors.js';
import type { HorizontalPodAutoscaler } from '../core/kubernetes.js';
import { loadManifests, readIntent, readOverrides } from '../invocation/arguments.js';
import { type CheckOptions, chosenPolicies, commandChoice } from '../invocation/check-options.js';
import { environmentNamespace, requireNoEnvironment } from '../invocation/environment.js';
import { booleanFlag, type Invocation, releaseArgument } from '../invocation/invocation.js';
import { connect, type Session } from '../invocation/session.js';
import { isUneven } from '../plan/autoscaler.js';
import type { Intent } from '../plan/input.js';
import { leftoverObjects } from '../plan/leftovers.js';
import { allObjects, type Manifests, manifestNamespace } from '../plan/manifests.js';
import { wantedObjects } from '../plan/wanted.js';
import { observeLimits } from '../run/capacity.js';
import type { Run } from '../run/context.js';
import { rememberStanding } from '../run/earlier-pods.js';
import { listAutoscalers, listLabelled, observe, observeObjects } from '../run/observe.js';
import { rehearse } from '../run/rehearse.js';
import { openBuild } from './build/prepare.js';
import { type Done, decide, type Operation, type Seen, type Work } from './decide.js';
import { followGit } from './follow-git.js';
import { openJunit } from './junit/file.js';
import { locked } from './locked.js';
import { endedEvent, refused } from './outcome.js';
import { show, showRefusal } from './show.js';
import { openWriteBack } from './write-back.js';

/** What deploy, promote and rollback have in common: complete, observe, plan, show, execute. */
export async function operate(invocation: Invocation, operation: Operation): Promise<number> {
  const release = releaseArgument(invocation);
  prepareChecks();
  const intent = readIntent(invocation);
  const overrides = readOverrides(invocation);
  const manifests = await loadManifests(invocation, release);
  const options = { overrides, choice: commandChoice(invocation, release, manifests), intent };
  const junit = openJunit(invocation);
  const checkout = await openWriteBack(invocation, release, intent.target);
  const namespace = manifests
    ? manifestNamespace(allObjects(manifests))
    : await environmentNamespace(invocation, release);
  const build = await openBuild(invocation, intent.target, manifests !== undefined);
  const session = await connect(invocation, { release, manifestNamespace: namespace ?? checkout?.release.namespace });
  try {
    if (manifests && namespace === undefined) await requireNoEnvironment(invocation, release, session.run.namespace);
    const asksForRoom = !booleanFlag(invocation, 'skip-capacity-check');
    const lookNow = () =>
      followGit(invocation, session, operation, async () => {
        const seen = await look(session, intent, options, manifests, asksForRoom);
        return operation.complete ? await operation.complete(session.run, seen) : seen;
      });
    const work: Work = { invocation, session, operation, checkout, told: new Set() };
    const decided = locked(invocation, session, () => decide(work, lookNow, build));
    const done = await decided
      .then((decision) => (booleanFlag(invocation, 'wait') ? follow(work, decision, lookNow) : decision))
      .catch(async (error: unknown) => {
        await junit?.write(session, operation.kind, error);
        const refusal = await refused(session, operation.kind, error);
        session.run.emit(endedEvent(refusal));
        await showRefusal(invocation, refusal);
        throw error;
      });
    await junit?.write(session, operation.kind, done.shown.error);
    session.run.emit(endedEvent(done.shown.outcome));
    if (!isRestored(done)) return await show(invocation, done.shown, done.writeBack);
  } finally {
    session.close();
  }
  // Its connection is closed.
  const { connection, ...afresh } = invocation;
  return operate(afresh, operation);
}

/** The active Service was made anew, and no more: what was asked for is still to be done, and shown. */
const isRestored = ({ shown: { plan, outcome } }: Done) =>
  plan.restores !== undefined && outcome.phase === 'complete' && outcome.exitCode === EXIT.done;

/** Most runs wait for no commit, and load nothing for it. */
async function follow(work: Work, decision: Done, lookNow: () => Promise<Seen>): Promise<Done> {
  const { followSwitch } = await import('./follow-switch.js');
  return await followSwitch(work, decision, lookNow);
}

async function look(
  { run }: Session,
  intent: Intent,
  options: CheckOptions,
  manifests: Manifests | undefined,
  asksForRoom: boolean,
): Promise<Seen> {
  run.enter('plan');
  const [state, live, limits, labelled] = await Promise.all([
    observe(run.api, run.namespace, run.release),
    observeObjects(run.api, run.namespace, manifests ? allObjects(manifests) : []),
    asksForRoom ? observeLimits(run) : undefined,
    manifests && intent.prune !== false ? listLabelled(run, run.namespace, run.release) : undefined,
  ]);
  rememberStanding(run, state.replicaSets, state.pods);
  for (const { metadata } of live.values()) run.own.add(metadata.uid ?? '');
  const policies = chosenPolicies(state, manifests, options);
  const seen = { state, live, policies, intent, ...(limits && { limits }) };
  if (!manifests) return isUneven(state) ? { ...seen, autoscalers: await autoscalersSeen(run) } : seen;
  const { results } = await rehearse(run, run.namespace, wantedObjects({ ...seen, manifests }, manifests), live);
  for (const note of labelled?.notes ?? []) run.reporter.info(note);
  const leftovers = labelled ? leftoverObjects(labelled.objects, manifests) : [];
  return { ...seen, manifests, rehearsed: results, leftovers };
}

/** Nobody must be allowed to see them: a color that one of them keeps lower is then refused later. */
async function autoscalersSeen({ api, namespace }: Run): Promise<HorizontalPodAutoscaler[]> {
  try {
    return await listAutoscalers(api, namespace);
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}
