import { otherColor } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import { installedOrOverlapping } from './active-color.js';
import { withoutCommands } from './checks/commands.js';
import { idleColor, planColor } from './color.js';
import { planAfterSwitch, requireOwnObjects, verify } from './deploy.js';
import { imageOf, versionOf } from './image.js';
import type { PlanInput } from './input.js';
import { requireDeployment } from './manifests.js';
import { isUnfinished, lastOperation } from './operation.js';
import { finish, switchStep } from './promote.js';
import { planResume } from './resume.js';
import { findRevision, revisionsOf } from './revisions.js';
import type { Plan, Step } from './steps.js';
import { requireSwitchable } from './switchable.js';

/**
 * Moves traffic back to the other color as it is in the cluster, scaled up first if it was scaled down, and verified;
 * or to a revision of that color's Deployment, which takes the place of what it runs.
 *
 * No question is asked: a rollback is made in a hurry, and goes to what served before.
 */
export function planRollback(input: PlanInput): Plan {
  requireOwnObjects(input);
  const state = installedOrOverlapping(input.state);
  const { intent } = input;
  if (state.overlap) return planResume(input, state, state.overlap, 'rollback');
  const { activeColor } = state;
  const serving = `${activeColor} is active and runs ${versionOf(imageOf(state.deployments[activeColor]))}`;
  if (intent.to === activeColor && intent.toRevision !== undefined)
    throw new RefusedError(
      `${serving}: a revision is only ever brought back on the color that has no traffic; ` +
        `leave out --to ${activeColor}, or use --to ${otherColor(activeColor)}`,
    );
  if (intent.to === activeColor) return finish(state, input.policies[activeColor], 'rollback', serving);
  const last = lastOperation(state.active);
  if (intent.to === undefined && intent.toRevision === undefined && last?.kind === 'rollback' && isUnfinished(last))
    return finish(state, input.policies[activeColor], 'rollback', serving);

  requireSwitchable(state.active, state.endpointSlices);
  const to = otherColor(activeColor);
  const policy = input.policies[to];
  const deployment = requireDeployment(state.deployments[to], state.release, to, state.namespace);
  const revision =
    intent.toRevision === undefined
      ? undefined
      : findRevision(deployment.metadata.name, revisionsOf(deployment, state.replicaSets), intent.toRevision);
  const { policy: quick, warnings } = withoutCommands(policy);
  const color = planColor({ ...withoutManifests(input), policy, color: to, revision });
  const steps = [
    ...color.steps,
    verify(to, quick),
    switchStep(state, policy, to, color.replicas),
    ...planAfterSwitch(state, policy, to),
  ];
  return {
    operation: 'rollback',
    release: state.release,
    namespace: state.namespace,
    from: activeColor,
    to,
    image: color.image,
    idle: idleColor(state, to),
    steps: intent.force ? steps.map(forced) : steps,
    undo: color.undo,
    warnings: [...color.warnings, ...warnings],
  };
}

/** What a person has decided: a check that fails is told, and does not keep the traffic where it is. */
const forced = (step: Step): Step =>
  step.kind === 'wait' || step.kind === 'verify' || step.kind === 'switch' ? { ...step, force: true } : step;

/** It goes to what is in the cluster. */
const withoutManifests = ({ manifests: _, intent, ...input }: PlanInput): PlanInput => ({
  ...input,
  intent: { ...intent, target: {} },
});
