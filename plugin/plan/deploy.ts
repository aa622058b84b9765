import { type Color, isColor, otherColor, POLICY_ANNOTATION, previewServiceName } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import { RefusedError, UsageError } from '../core/errors.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import { installed } from './active-color.js';
import { idleColor, planColor, undoOf } from './color.js';
import { requireOwn } from './foreign.js';
import { mutableTagWarning } from './image.js';
import type { PlanInput } from './input.js';
import { sharedLeftovers } from './leftovers.js';
import { type Manifests, objectKey } from './manifests.js';
import { planMigration } from './migration.js';
import { originOf, planRestore } from './restore.js';
import type { InstalledState } from './state.js';
import { objectName, type Plan, type Step } from './steps.js';
import { requireOwnSlices } from './switchable.js';
import { planActiveService, planPreview, pointAt, requireAccepted } from './traffic-services.js';
import { changes } from './wanted.js';

/** Brings the idle color to a version; installs the release where there is none. Traffic does not move. */
export function planDeploy(input: PlanInput): Plan {
  if (!input.state.active && input.manifests) return planWithoutService(input, input.manifests);
  requireOwnObjects(input);
  const state = installed(input.state);
  const to = otherColor(state.activeColor);
  if (input.intent.to === to)
    throw new RefusedError(
      `${state.activeColor} is active, and deploy moves no traffic: leave out --to=${to}; promote --to=${to} moves it there`,
    );
  const idle = planIdle(input, state, to);
  const active = planActiveService(input, state);
  return {
    ...idle,
    operation: 'deploy',
    to: state.activeColor,
    steps: [...idle.steps, ...active.steps, ...policyStep(state, input.manifests)],
    undo: [...idle.undo, ...active.undo],
    warnings: [...idle.warnings, ...active.warnings],
  };
}

/** @throws RefusedError when an object that the run would change is not the release's */
export function requireOwnObjects({ state, live, manifests }: PlanInput): void {
  const { active, preview, colorServices, deployments, release } = state;
  const seen = [active, preview, ...Object.values(colorServices), ...Object.values(deployments)];
  const users = Object.values(deployments);
  requireOwn([...seen, ...(manifests ? live.values() : [])], release, users);
}

/** Last of all: a run that fails, or is rolled back, leaves the policy as it is. */
export function policyStep({ active, ...state }: InstalledState, manifests: Manifests | undefined): Step[] {
  const policy = manifests?.active.metadata.annotations?.[POLICY_ANNOTATION];
  if (policy === undefined || policy === active.metadata.annotations?.[POLICY_ANNOTATION]) return [];
  return [...keepPolicies({ active, ...state }), { kind: 'policy', service: active.metadata.name, policy }];
}

/** The Service loses what an older plugin wrote there of the versions: what runs keeps its own part. */
export function keepPolicies({ deployments, older = [] }: InstalledState): Step[] {
  return older.flatMap((color): Step[] => {
    const deployment = deployments[color];
    const policy = deployment?.metadata.annotations?.[POLICY_ANNOTATION];
    return policy ? [{ kind: 'keep-policy', deployment: deployment.metadata.name, policy }] : [];
  });
}

/** The part of deploy and promote that is the same: shared objects, the idle color, and the verification of its Pods. */
export function planIdle(input: PlanInput, state: InstalledState, color: Color): Plan & { replicas: number } {
  const { manifests, live } = input;
  const policy = input.policies[color];
  const shared = planShared(input);
  const prepared = planColor({ ...input, policy, color });
  const preview = planPreview(input, state, color);
  const migration = planMigration(policy, state.release, prepared.image);
  const pruned = sharedLeftovers(input, color);
  const plan = {
    operation: 'deploy' as const,
    release: state.release,
    namespace: state.namespace,
    from: state.activeColor,
    to: color,
    image: prepared.image,
    replicas: prepared.replicas,
    idle: idleColor(state, color),
    steps: [
      ...shared.steps,
      ...migration,
      ...prepared.steps,
      verify(color, policy),
      ...preview.steps,
      ...(pruned.gone.length > 0 ? [{ kind: 'delete', objects: pruned.gone } as const] : []),
    ],
    undo: [
      ...prepared.undo,
      ...undoOf(shared.applied, live),
      ...preview.undo,
      ...(pruned.gone.length > 0 ? [{ kind: 'recreate', objects: pruned.gone } as const] : []),
    ],
    warnings: [...shared.warnings, ...prepared.warnings, ...pruned.warnings, ...mutableTagWarning(prepared.image)],
  };
  if (manifests) requireAccepted(input, appliedBy(plan.steps));
  return plan;
}

const appliedBy = (steps: readonly Step[]): KubernetesObject[] =>
  steps.flatMap((step) => {
    if (step.kind === 'apply') return [...step.objects];
    return step.kind === 'apply-service' ? [step.service] : [];
  });

export function verify(color: Color, policy: Policy): Step {
  return { kind: 'verify', color, checks: policy.checks, port: policy.port };
}

export function planShared(input: PlanInput) {
  const { manifests, live, intent } = input;
  const shared = manifests?.shared ?? [];
  const created = shared.filter((object) => !live.has(objectKey(object)));
  const changed = shared.filter((object) => live.has(objectKey(object)) && changes(input, object));
  const applied = intent.applyShared ? [...created, ...changed] : created;
  const warnings = intent.applyShared ? [] : changed.map(sharedWarning);
  const steps: Step[] = applied.length > 0 ? [{ kind: 'apply', objects: applied }] : [];
  return { steps, applied, warnings };
}

const sharedWarning = (object: KubernetesObject) =>
  `${objectName(object)} differs from its manifest and is used by both colors: left as it is; --apply-shared applies it`;

function planWithoutService(input: PlanInput, manifests: Manifests): Plan {
  requireOwnObjects(input);
  const origin = originOf(input, manifests);
  return origin ? planRestore(input, manifests, origin) : planInstall(input, manifests);
}

/** The first deploy: both colors, then, once the initial color is verified, the Services that carry traffic. */
function planInstall(input: PlanInput, manifests: Manifests): Plan {
  const { state, live } = input;
  const color = input.intent.to ?? manifests.active.spec.selector?.version;
  if (!isColor(color))
    throw new UsageError(`service "${manifests.active.metadata.name}" selects no color in its manifest`);
  requireOwnSlices(state.endpointSlices, manifests.active.metadata.name);
  const idle = otherColor(color);
  const policy = input.policies[color];
  const shared = planShared(input);
  const prepared = planColor({ ...input, policy, color });
  const missing = manifests.colors[idle].filter((object) => !live.has(objectKey(object)));
  const applyIdle: Step[] = missing.length > 0 ? [{ kind: 'apply', objects: missing }] : [];
  // The active Service last: until it exists, everything before can be undone.
  const preview = manifests.preview && !state.preview ? [pointAt(manifests.preview, state.release, idle)] : [];
  const services = [...preview, pointAt(manifests.active, state.release, color)];
  return {
    operation: 'deploy',
    release: state.release,
    namespace: state.namespace,
    from: color,
    to: color,
    image: prepared.image,
    steps: [
      ...shared.steps,
      ...planMigration(policy, state.release, prepared.image),
      ...applyIdle,
      ...prepared.steps,
      verify(color, policy),
      { kind: 'create', services },
      { kind: 'prove', service: manifests.active.metadata.name, color },
    ],
    undo: [...prepared.undo, ...undoOf([...missing, ...shared.applied], live)],
    warnings: [...shared.warnings, ...prepared.warnings, ...mutableTagWarning(prepared.image)],
  };
}

/**
 * Steps that follow a switch: preview, proof, watch, record.
 *
 * @param operationId - of the operation that made it, when that was not this run
 */
export function planAfterSwitch(state: InstalledState, policy: Policy, to: Color, operationId?: string): Step[] {
  const whose = operationId === undefined ? {} : { operationId };
  const service = state.active.metadata.name;
  const { soakSeconds, automaticRollback } = policy.promotion;
  const preview: Step[] = state.preview
    ? [{ kind: 'preview', service: previewServiceName(state.release), to: otherColor(to) }]
    : [];
  const watch: Step[] =
    soakSeconds > 0
      ? [
          { kind: 'record', service, outcome: 'proved', ...whose },
          { kind: 'watch', color: to, seconds: soakSeconds, automaticRollback },
        ]
      : [];
  return [
    ...preview,
    { kind: 'prove', service, color: to },
    ...watch,
    { kind: 'record', service, outcome: 'complete', ...whose },
  ];
}
