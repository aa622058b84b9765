import { type Color, otherColor } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import { RefusedError } from '../errors.js';
import { type Intent, type PlanInput, planAfterSwitch, planIdle, policyStep } from './deploy.js';
import { imageOf, targetImage, versionOf } from './image.js';
import { manifestDeployment } from './manifests.js';
import { guardOf, isUnfinished, isWatchCutOff, lastOperation } from './operation.js';
import { overlapOfPolicy } from './overlap.js';
import { planResume } from './resume.js';
import { type InstalledState, installedOrOverlapping } from './state.js';
import type { Plan, Step } from './steps.js';
import { requireSwitchable } from './switchable.js';

/**
 * Deploys to the idle color, verifies it, and moves traffic there.
 *
 * Says so, and plans nothing, when traffic already is where it is to end: a rerun must not promote twice.
 *
 * @throws RefusedError when what is asked would change the color that has the traffic
 */
export function planPromote(input: PlanInput): Plan {
  const state = installedOrOverlapping(input.state);
  if (state.overlap) {
    const resumed = planResume(input, state, state.overlap, 'promote');
    return { ...resumed, steps: [...resumed.steps, ...policyStep(state, input.manifests)] };
  }
  const reached = alreadyThere(state, input);
  if (reached) return finish(state, input.policies[state.activeColor], 'promote', reached);

  requireSwitchable(state.active);
  const to = otherColor(state.activeColor);
  const policy = input.policies[to];
  const idle = planIdle(input, state, to);
  const question = `move traffic of ${state.release} from ${state.activeColor} to ${to} (${versionOf(idle.image)})?`;
  const confirm: Step[] = policy.promotion.confirm ? [{ kind: 'confirm', question }] : [];
  return {
    ...idle,
    operation: 'promote',
    steps: [
      ...idle.steps,
      ...confirm,
      switchStep(state, policy, to, idle.replicas),
      ...planAfterSwitch(state, policy, to),
      ...policyStep(state, input.manifests),
    ],
  };
}

/** @param replicas - that the steps before it prepare */
export function switchStep(state: InstalledState, policy: Policy, to: Color, replicas: number): Step {
  const overlap = overlapOfPolicy(policy);
  return {
    kind: 'switch',
    service: state.active.metadata.name,
    guard: guardOf(state.active),
    from: state.activeColor,
    to,
    fromVersion: versionOf(imageOf(state.deployments[state.activeColor])),
    replicas,
    ...(overlap && { overlap }),
  };
}

/** Why no switch is needed, or undefined when one is. */
function alreadyThere(state: InstalledState, { intent, manifests }: PlanInput): string | undefined {
  const { activeColor, release } = state;
  const running = imageOf(state.deployments[activeColor]);
  const manifest = manifests && manifestDeployment(manifests, release, intent.to ?? otherColor(activeColor));
  const base = manifest ? imageOf(manifest) : running;
  const wanted = isExplicit(intent) ? targetImage(base, intent.target, running ?? base) : undefined;
  const serving = `${activeColor} is active and runs ${versionOf(running)}`;

  if (wanted !== undefined && wanted === running && intent.to !== otherColor(activeColor)) return serving;
  if (intent.to === activeColor) {
    if (wanted === undefined) return serving;
    throw new RefusedError(
      `${serving}, not ${versionOf(wanted)}: a version is only ever deployed to the idle color; ` +
        `leave out --to ${intent.to}, or use --to ${otherColor(activeColor)}`,
    );
  }
  // Without a version or a color to go by, only the record tells a rerun from a new promotion.
  const last = lastOperation(state.active);
  const resumes = !isExplicit(intent) && intent.to === undefined;
  if (resumes && last && isUnfinished(last) && last.to === activeColor) return `${serving} since ${last.at}`;
  return undefined;
}

const isExplicit = ({ target }: Intent) => target.version !== undefined || target.image !== undefined;

/** Nothing to do; or, where an operation was cut off after its switch, only what it had left. */
export function finish(
  state: InstalledState,
  policy: Policy,
  operation: 'promote' | 'rollback',
  nothingToDo: string,
): Plan {
  const { activeColor } = state;
  const common = {
    operation,
    release: state.release,
    namespace: state.namespace,
    from: activeColor,
    to: activeColor,
    undo: [],
  };
  const last = lastOperation(state.active);
  if (last && (isUnfinished(last) || isWatchCutOff(last))) {
    const warnings = [`${nothingToDo}; finishing the operation that was cut off`];
    return { ...common, steps: planAfterSwitch(state, policy, activeColor, last.id), warnings };
  }
  return { ...common, steps: [], warnings: [], nothingToDo };
}
