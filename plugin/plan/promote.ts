import { type Color, otherColor } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import { RefusedError } from '../core/errors.js';
import { installedOrOverlapping } from './active-color.js';
import { keepPolicies, planAfterSwitch, planIdle, planShared, policyStep, requireOwnObjects } from './deploy.js';
import { imageOf, targetImage, versionOf } from './image.js';
import type { Intent, PlanInput } from './input.js';
import { sharedLeftovers } from './leftovers.js';
import { guardOf, isUnfinished, isWatchCutOff, lastOperation } from './operation.js';
import { overlapOfPolicy } from './overlap.js';
import { planResume } from './resume.js';
import { retargetedPorts } from './retarget.js';
import type { InstalledState } from './state.js';
import type { Plan, ServiceChange, Step } from './steps.js';
import { requireSwitchable } from './switchable.js';
import { changedService, planActiveService, requireAccepted } from './traffic-services.js';
import { changes, runsWanted, wantedImage } from './wanted.js';

/**
 * Deploys to the idle color, verifies it, and moves traffic there.
 *
 * Says so, and plans nothing, when traffic already is where it is to end: a rerun must not promote twice.
 *
 * @throws RefusedError when what is asked would change the color that has the traffic
 */
export function planPromote(input: PlanInput): Plan {
  requireOwnObjects(input);
  const state = installedOrOverlapping(input.state);
  if (state.overlap) {
    const resumed = planResume(input, state, state.overlap, 'promote');
    return { ...resumed, steps: [...resumed.steps, ...policyStep(state, input.manifests)] };
  }
  const reached = alreadyThere(state, input);
  if (reached) {
    const plan = finish(state, input.policies[state.activeColor], 'promote', reached);
    return { ...plan, warnings: [...plan.warnings, ...leftAsTheyAre(input, state)] };
  }

  requireSwitchable(state.active, state.endpointSlices);
  const to = otherColor(state.activeColor);
  const policy = input.policies[to];
  const idle = planIdle(input, state, to);
  const manifest = changedService(input, input.manifests?.active);
  if (manifest) requireAccepted(input, [manifest]);
  const question = `move traffic of ${state.release} from ${state.activeColor} to ${to} (${versionOf(idle.image)})?`;
  const confirm: Step[] = policy.promotion.confirm ? [{ kind: 'confirm', question }] : [];
  return {
    ...idle,
    operation: 'promote',
    steps: [
      ...idle.steps,
      ...confirm,
      ...(manifest ? keepPolicies(state) : []),
      switchStep(state, policy, to, idle.replicas, manifest && { wanted: manifest, before: state.active }),
      ...planAfterSwitch(state, policy, to),
      ...(manifest ? [] : policyStep(state, input.manifests)),
    ],
  };
}

/** @param replicas - that the steps before it prepare */
export function switchStep(
  state: InstalledState,
  policy: Policy,
  to: Color,
  replicas: number,
  manifest?: ServiceChange,
): Step {
  const overlap = overlapOfPolicy(policy);
  const ports = manifest
    ? (manifest.wanted.spec.ports ?? [])
    : retargetedPorts(state.active, state.colorServices[to], state.deployments[to]);
  return {
    kind: 'switch',
    service: state.active.metadata.name,
    guard: guardOf(state.active),
    from: state.activeColor,
    to,
    fromVersion: versionOf(imageOf(state.deployments[state.activeColor])),
    replicas,
    serving: state.deployments[state.activeColor]?.spec.replicas ?? 0,
    ...(manifest && { manifest }),
    ...(ports && { ports, portsBefore: state.active.spec.ports ?? [] }),
    ...(overlap && { overlap }),
  };
}

/** What of the manifests a run that moves no traffic leaves to another one. */
const leftAsTheyAre = (input: PlanInput, state: InstalledState): string[] => [
  ...planShared(input).warnings,
  ...sharedLeftovers(input, otherColor(state.activeColor)).warnings,
  ...planActiveService(input, state).warnings,
];

/** Why no switch is needed, or undefined when one is. */
function alreadyThere(state: InstalledState, input: PlanInput): string | undefined {
  const { activeColor } = state;
  const { intent } = input;
  const running = imageOf(state.deployments[activeColor]);
  const serving = `${activeColor} is active and runs ${versionOf(running)}`;

  const isThere = isExplicit(intent) && runsTarget(state, input);
  if (isThere && intent.to !== otherColor(activeColor)) return serving;
  if (intent.to === activeColor) {
    if (!isExplicit(intent)) return serving;
    const wanted = targetOf(state, input);
    const asked = wanted === running ? 'but not as the manifests have it' : `not ${versionOf(wanted)}`;
    throw new RefusedError(
      `${serving}, ${asked}: a version is only ever deployed to the idle color; ` +
        `leave out --to ${intent.to}, or use --to ${otherColor(activeColor)}`,
    );
  }
  // Without a version or a color to go by, only the record tells a rerun from a new promotion.
  const last = lastOperation(state.active);
  const resumes = !isExplicit(intent) && intent.to === undefined;
  if (resumes && last && isUnfinished(last) && last.to === activeColor) return `${serving} since ${last.at}`;
  return undefined;
}

/**
 * Whether the active color runs the version that is asked for: by its image, or, where there are manifests, by all that
 * they say of its Pods, so that a change of anything is a new version.
 */
function runsTarget(state: InstalledState, input: PlanInput): boolean {
  const { activeColor } = state;
  if (input.manifests) return runsWanted(input, input.manifests, activeColor) && !changesShared(input);
  const running = imageOf(state.deployments[activeColor]);
  return running !== undefined && targetOf(state, input) === running;
}

/** The image that the active color would run. */
function targetOf({ activeColor, deployments }: InstalledState, input: PlanInput): string | undefined {
  return input.manifests
    ? wantedImage(input, input.manifests, activeColor)
    : targetImage(imageOf(deployments[activeColor]), input.intent.target);
}

/** What both colors share is part of what a version is, where it is to be applied. */
const changesShared = (input: PlanInput): boolean =>
  Boolean(input.intent.applyShared) && (input.manifests?.shared ?? []).some((object) => changes(input, object));

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
