import { prepareChecks } from '../checks/pass-check.js';
import { EXIT } from '../core/errors.js';
import { observeRelease } from '../operations/observe.js';
import { endedEvent, refused } from '../operations/report.js';
import type { Operation, OperationOptions, OperationRequest } from '../operations/request.js';
import { runOperation } from '../operations/run-operation.js';
import type { Result } from '../operations/settle.js';
import { allObjects, type Manifests, manifestNamespace } from '../plan/manifests.js';
import { loadManifests, readIntent, readOverrides, readWaiting } from './arguments.js';
import { openBuild } from './build.js';
import { commandChoice } from './check-options.js';
import { environmentNamespace, requireNoEnvironment } from './environment.js';
import { booleanFlag, type Invocation, releaseArgument } from './invocation.js';
import { openJunit } from './junit.js';
import { connect } from './session.js';
import { show, showRefusal } from './show.js';
import { openWriteBack } from './write-back.js';

/** Runs a deploy, promote or rollback as the arguments ask for it, and prints how it ended. */
export async function operate(invocation: Invocation, operation: Operation): Promise<number> {
  const release = releaseArgument(invocation);
  prepareChecks();
  const intent = readIntent(invocation);
  const overrides = readOverrides(invocation);
  const manifests = await loadManifests(invocation, release);
  const options = readOptions(invocation, release, manifests);
  const junit = openJunit(invocation);
  const checkout = await openWriteBack(invocation, release, intent.target);
  const namespace = manifests
    ? manifestNamespace(allObjects(manifests))
    : await environmentNamespace(invocation, release);
  const build = await openBuild(invocation, intent.target, manifests !== undefined);
  const session = await connect(invocation, { release, manifestNamespace: namespace ?? checkout?.release.namespace });
  try {
    const { run } = session;
    if (manifests && namespace === undefined) await requireNoEnvironment(invocation, release, run.namespace);
    const checksCapacity = !booleanFlag(invocation, 'skip-capacity-check');
    const observing = { overrides, choice: options.commands, intent, manifests, checksCapacity };
    const observe = () => observeRelease(run, observing);
    const request: OperationRequest = { session, operation, options, observe, checkout, build };
    const result = await runOperation(request).catch(async (error: unknown) => {
      await junit?.write(session, operation.kind, error);
      const refusal = await refused(session, operation.kind, error);
      run.emit(endedEvent(refusal));
      await showRefusal(invocation, refusal);
      throw error;
    });
    await junit?.write(session, operation.kind, result.rendered.error);
    if (!isRestored(result)) {
      run.emit(endedEvent(result.rendered.outcome));
      return await show(invocation, result.rendered, result.writeBack);
    }
  } finally {
    session.close();
  }
  // Its connection is closed.
  const { connection, ...afresh } = invocation;
  return operate({ ...afresh, isContinued: true }, operation);
}

function readOptions(invocation: Invocation, release: string, manifests: Manifests | undefined): OperationOptions {
  return {
    dryRun: booleanFlag(invocation, 'dry-run'),
    force: booleanFlag(invocation, 'force'),
    releaseHold: booleanFlag(invocation, 'release-hold'),
    ...(booleanFlag(invocation, 'wait') && { waitMs: readWaiting(invocation) }),
    commands: commandChoice(invocation, release, manifests),
  };
}

/** The active Service was made anew, and no more: what was asked for is still to be done, and shown. */
const isRestored = ({ rendered: { plan, outcome } }: Result) =>
  plan.restores !== undefined && outcome.phase === 'complete' && outcome.exitCode === EXIT.done;
