import {
  type Color,
  isColor,
  otherColor,
  POLICY_ANNOTATION,
  previewServiceName,
  selectorLabels,
} from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import { UsageError } from '../errors.js';
import type { KubernetesObject, Service } from '../kubernetes.js';
import { idleColor, planColor, undoOf } from './color.js';
import { mutableTagWarning, type Target } from './image.js';
import { contains, type LiveObjects, type Manifests, objectKey } from './manifests.js';
import { planMigration } from './migration.js';
import { type InstalledState, installed, type State } from './state.js';
import { objectName, type Plan, type Step } from './steps.js';
import { requireOwnSlices } from './switchable.js';

/** What the user asked for, whichever the verb. */
export interface Intent {
  readonly target: Target;
  /** Where traffic must end; undefined: on the other color. */
  readonly to?: Color;
  /** Of the color that is rolled back to: a revision of its Deployment, 0 the previous one; undefined: as it is. */
  readonly toRevision?: number;
  /** Also apply objects that both colors share, which reaches the active color. */
  readonly applyShared?: boolean;
}

export interface PlanInput {
  readonly state: State;
  readonly policy: Policy;
  readonly intent: Intent;
  readonly manifests?: Manifests;
  /** The live counterparts of the manifests. */
  readonly live: LiveObjects;
}

/** Brings the idle color to a version; installs the release where there is none. Traffic does not move. */
export function planDeploy(input: PlanInput): Plan {
  if (!input.state.active && input.manifests) return planInstall(input, input.manifests);
  const state = installed(input.state);
  const to = otherColor(state.activeColor);
  const idle = planIdle(input, state, to);
  return {
    ...idle,
    operation: 'deploy',
    to: state.activeColor,
    steps: [...idle.steps, ...policyStep(state.active, input.manifests)],
  };
}

/** Last of all: a run that fails, or is rolled back, leaves the policy as it is. */
export function policyStep(active: Service, manifests: Manifests | undefined): Step[] {
  const policy = manifests?.active.metadata.annotations?.[POLICY_ANNOTATION];
  if (policy === undefined || policy === active.metadata.annotations?.[POLICY_ANNOTATION]) return [];
  return [{ kind: 'policy', service: active.metadata.name, policy }];
}

/** The part of deploy and promote that is the same: shared objects, the idle color, and the verification of its Pods. */
export function planIdle(input: PlanInput, state: InstalledState, color: Color): Plan & { replicas: number } {
  const { policy, manifests, live } = input;
  const shared = planShared(input);
  const prepared = planColor({ ...input, ...input.intent, color });
  const services = manifests?.preview && !state.preview ? [pointAt(manifests.preview, state.release, color)] : [];
  const migration = planMigration(policy, state.release, prepared.image);
  const create: Step[] = services.length > 0 ? [{ kind: 'create', services }] : [];
  return {
    operation: 'deploy',
    release: state.release,
    namespace: state.namespace,
    from: state.activeColor,
    to: color,
    image: prepared.image,
    replicas: prepared.replicas,
    idle: idleColor(state, color),
    steps: [...shared.steps, ...migration, ...prepared.steps, verify(color, policy), ...create],
    undo: [...prepared.undo, ...undoOf(shared.created, live)],
    warnings: [...shared.warnings, ...mutableTagWarning(prepared.image)],
  };
}

export function verify(color: Color, policy: Policy): Step {
  return { kind: 'verify', color, checks: policy.checks, port: policy.port };
}

function planShared({ manifests, live, intent }: PlanInput) {
  const shared = manifests?.shared ?? [];
  const created = shared.filter((object) => !live.has(objectKey(object)));
  const changed = shared.filter(
    (object) => live.has(objectKey(object)) && !contains(live.get(objectKey(object)), object),
  );
  const objects = intent.applyShared ? [...created, ...changed] : created;
  const warnings = intent.applyShared ? [] : changed.map(sharedWarning);
  const steps: Step[] = objects.length > 0 ? [{ kind: 'apply', objects }] : [];
  return { steps, created, warnings };
}

const sharedWarning = (object: KubernetesObject) =>
  `${objectName(object)} differs from its manifest and is used by both colors: left as it is; --apply-shared applies it`;

function pointAt(service: Service, release: string, color: Color): Service {
  return { ...service, spec: { ...service.spec, selector: selectorLabels(release, color) } };
}

/** The first deploy: both colors, then, once the initial color is verified, the Services that carry traffic. */
function planInstall(input: PlanInput, manifests: Manifests): Plan {
  const { state, policy, live, intent } = input;
  const color = manifests.active.spec.selector?.version;
  if (!isColor(color))
    throw new UsageError(`service "${manifests.active.metadata.name}" selects no color in its manifest`);
  requireOwnSlices(state.endpointSlices, manifests.active.metadata.name);
  const idle = otherColor(color);
  const shared = planShared(input);
  const prepared = planColor({ ...input, ...intent, color });
  const missing = manifests.colors[idle].filter((object) => !live.has(objectKey(object)));
  const applyIdle: Step[] = missing.length > 0 ? [{ kind: 'apply', objects: missing }] : [];
  // The active Service last: until it exists, everything before can be undone.
  const services = [...(manifests.preview && !state.preview ? [manifests.preview] : []), manifests.active];
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
    undo: [...prepared.undo, ...undoOf([...missing, ...shared.created], live)],
    warnings: [...shared.warnings, ...mutableTagWarning(prepared.image)],
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
