import { type Color, otherColor } from '../../../charts/names.js';
import { prepareChecks } from '../../checks/pass-check.js';
import { type Verification, verifyColor } from '../../checks/verify.js';
import { EXIT, exitCodeOf } from '../../core/errors.js';
import { printable } from '../../core/text.js';
import { colorArgument, loadManifests, readOverrides } from '../../invocation/arguments.js';
import { commandChoice } from '../../invocation/check-options.js';
import { environmentNamespace } from '../../invocation/environment.js';
import { type Invocation, releaseArgument, stringFlag } from '../../invocation/invocation.js';
import { openJunit } from '../../invocation/junit.js';
import { connect } from '../../invocation/session.js';
import { chosenPolicy } from '../../operations/policies.js';
import { endedEvent } from '../../operations/report.js';
import { installed, installedOrOverlapping } from '../../plan/active-color.js';
import { requireConsent } from '../../plan/checks/commands.js';
import { commandChecks } from '../../plan/checks/kinds.js';
import { allObjects, manifestNamespace } from '../../plan/manifests.js';
import { observe } from '../../run/observe.js';
import type { Session } from '../../run/session.js';
import { printDocument } from '../../terminal/document.js';

export async function run(invocation: Invocation): Promise<number> {
  const release = releaseArgument(invocation);
  prepareChecks();
  const asked = colorArgument(invocation, 1);
  const overrides = readOverrides(invocation);
  const manifests = await loadManifests(invocation, release);
  const options = { overrides, choice: commandChoice(invocation, release, manifests) };
  const junit = openJunit(invocation);
  const namespace = manifests
    ? manifestNamespace(allObjects(manifests))
    : await environmentNamespace(invocation, release);
  const session = await connect(invocation, { release, manifestNamespace: namespace });
  try {
    const { run: context } = session;
    const seen = await observe(context.api, context.namespace, release);
    const state = asked ? installedOrOverlapping(seen) : installed(seen);
    const color = asked ?? otherColor(state.activeColor);
    const policy = chosenPolicy(state, color, manifests, options);
    requireConsent(commandChecks(policy.checks), options.choice, release);
    const serving = state.activeColor === color ? {} : { serving: state.activeColor };
    const verification = await verifyColor(context, color, { ...policy, ...serving });
    await junit?.write(session, 'verify');
    context.emit(endedEvent({ phase: 'complete', exitCode: EXIT.done }));
    await show(invocation, session, color, verification);
    return EXIT.done;
  } catch (error) {
    await junit?.write(session, 'verify', error);
    session.run.emit(endedEvent({ phase: 'verify', exitCode: exitCodeOf(error), message: (error as Error).message }));
    throw error;
  } finally {
    session.close();
  }
}

async function show(
  invocation: Invocation,
  { run: { release, namespace } }: Session,
  color: Color,
  { verified: pods, commands = [], ports, notAsked }: Verification,
): Promise<void> {
  const { stdout } = invocation;
  const format = stringFlag(invocation, 'output');
  if (format === 'json' || format === 'yaml') {
    const more = { ...(commands.length > 0 && { commands }), ...(ports && { ports }), ...(notAsked && { notAsked }) };
    const document = { release, namespace, color, pods, ...more };
    return printDocument(stdout, format, document);
  }
  for (const { pod } of pods) stdout.write(format === 'name' ? `pod/${pod}\n` : `pod/${pod} verified\n`);
  if (format !== 'name') for (const { name } of commands) stdout.write(`check/${printable(name)} passed\n`);
}
