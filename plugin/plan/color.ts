import { type Color, deploymentName, PROMOTING_ANNOTATION } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import { UsageError } from '../core/errors.js';
import type { Deployment, KubernetesObject } from '../core/kubernetes.js';
import { imageOf, releaseContainer, targetImage } from './image.js';
import type { PlanInput } from './input.js';
import { leftoversOf } from './leftovers.js';
import {
  contains,
  type LiveObjects,
  type Manifests,
  manifestDeployment,
  objectKey,
  requireDeployment,
} from './manifests.js';
import { guardOf } from './operation.js';
import { wantedReplicas } from './replicas.js';
import type { Revision } from './revisions.js';
import type { InstalledState } from './state.js';
import type { DeploymentPatch, IdleColor, Step } from './steps.js';
import { changes, wantedDeployment } from './wanted.js';

/** What brings one color to a version, and what puts it back. */
export interface ColorPlan {
  readonly steps: readonly Step[];
  readonly undo: readonly Step[];
  /** The image that the color's release container runs afterwards. */
  readonly image: string | undefined;
  /** How many replicas it has afterwards, at least. */
  readonly replicas: number;
  readonly warnings: readonly string[];
}

export interface ColorInput extends Omit<PlanInput, 'policies'> {
  readonly color: Color;
  readonly policy: Policy;
  /** A revision of the color's Deployment that it is to run, where there are no manifests. */
  readonly revision?: Revision | undefined;
}

/** A color that is to be prepared, as one that has no traffic. */
export function idleColor(state: InstalledState, color: Color): IdleColor {
  return {
    service: state.active.metadata.name,
    guard: guardOf(state.active),
    active: state.activeColor,
    idle: color,
    promoting: state.deployments[color]?.metadata.annotations?.[PROMOTING_ANNOTATION],
  };
}

type Strategy = NonNullable<Deployment['spec']['strategy']>;

/** Every Pod is replaced at once: two Pods become ready in the time of one. */
export const REPLACE_ALL_STRATEGY: Strategy = {
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge: '100%', maxUnavailable: '100%' },
};

/** Steps until the color's Pods are those of the wanted image and every one is ready. */
export function planColor(input: ColorInput): ColorPlan {
  const { state, color, policy } = input;
  const prepared = input.manifests ? fromManifests(input, input.manifests) : fromLive(input);
  const deployment = deploymentName(state.release, color);
  const wait: Step = { kind: 'wait', color, deployment, timeoutSeconds: policy.rollout.timeoutSeconds };
  return { ...prepared, steps: [...prepared.steps, wait, ...prepared.after] };
}

type Prepared = ColorPlan & { readonly after: readonly Step[] };

function fromManifests(input: ColorInput, manifests: Manifests): Prepared {
  const { state, color, policy, live } = input;
  const current = state.deployments[color];
  const deployment = wantedDeployment(input, manifests, color);
  const { replicas, notes } = wantedReplicas(input, color);
  const manifest = manifestDeployment(manifests, state.release, color);
  const others = manifests.colors[color].filter((object) => object !== manifest);
  const changed = others.filter((object) => changes(input, object));
  const settled = current !== undefined && !changes(input, deployment);
  const fast = policy.rollout.replace === 'together' && current !== undefined && !settled;
  const stated = deployment.spec.replicas !== undefined || current !== undefined;
  // Until an autoscaler has seen a new Deployment, it would have one Pod.
  const whole = stated ? deployment : withReplicas(deployment, replicas);
  const first = fast ? { ...whole, spec: { ...whole.spec, strategy: REPLACE_ALL_STRATEGY } } : whole;
  const objects = settled ? changed : [...changed, first];
  const scaled = stated && deployment.spec.replicas === undefined && (current?.spec.replicas ?? 1) < replicas;
  const gone = leftoversOf(input, color);
  return {
    image: imageOf(deployment),
    replicas,
    steps: [
      ...(gone.length > 0 ? [{ kind: 'delete', objects: gone } as const] : []),
      ...(objects.length > 0 ? [{ kind: 'apply', objects } as const] : []),
      ...(scaled ? [scale(deployment.metadata.name, current?.spec.replicas ?? 1, replicas)] : []),
    ],
    after: fast ? [{ kind: 'apply', objects: [deployment] }] : [],
    undo: [
      ...undoOf([...objects, ...(scaled && settled ? [deployment] : [])], withOwnStrategy(live, current, policy)),
      ...recreate(gone),
    ],
    warnings: notes,
  };
}

const recreate = (objects: readonly KubernetesObject[]): Step[] =>
  objects.length > 0 ? [{ kind: 'recreate', objects }] : [];

function fromLive(input: ColorInput): Prepared {
  const { state, color, policy, intent, revision, live } = input;
  const current = requireDeployment(state.deployments[color], state.release, color, state.namespace);
  const container = releaseContainer(withTemplate(current, revision));
  const image = targetImage(container?.image, intent.target);
  const { replicas, notes } = wantedReplicas(input, color);
  const own = ownStrategy(current, policy);
  const changesImage = image !== undefined && image !== container?.image;
  if (changesImage && !container) throw new UsageError(`deployment "${current.metadata.name}" has no container`);

  const changesTemplate = revision !== undefined && !revision.current;
  const replaces = changesImage || changesTemplate || isRolling(current);
  const fast = replaces && policy.rollout.replace === 'together' && own.type !== 'Recreate';
  const patch: DeploymentPatch = {
    ...(changesTemplate && {
      revision: {
        number: revision.revision,
        template: revision.template,
        ...(revision.policy !== undefined && { policy: revision.policy }),
      },
    }),
    ...(changesImage && container && { image: { container: container.name, image } }),
    ...(replicas !== (current.spec.replicas ?? 1) && { replicas }),
    ...(fast && { strategy: REPLACE_ALL_STRATEGY }),
  };
  const name = current.metadata.name;
  const interrupted = !fast && own !== current.spec.strategy;
  const steps: Step[] = Object.keys(patch).length > 0 ? [{ kind: 'patch', deployment: name, patch }] : [];
  return {
    image,
    replicas,
    steps,
    after: fast || interrupted ? [{ kind: 'patch', deployment: name, patch: { strategy: own } }] : [],
    undo: steps.length > 0 ? undoOf([current], withOwnStrategy(withLive(live, current), current, policy)) : [],
    warnings: notes,
  };
}

const withLive = (live: LiveObjects, object: KubernetesObject): LiveObjects =>
  new Map([...live, [objectKey(object), object]]);

/** A rollout is under way, as after a deploy that failed and was undone: it need not be waited for at its gentle pace. */
function isRolling({ metadata, spec, status = {} }: Deployment): boolean {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0 } = status;
  return (
    observedGeneration < (metadata.generation ?? 0) ||
    updatedReplicas < (spec.replicas ?? 1) ||
    replicas > updatedReplicas
  );
}

/** The strategy of the Deployment itself, also where a run that was killed left the plugin's. */
function ownStrategy({ spec }: Deployment, { rollout: { maxSurge, maxUnavailable } }: Policy): Strategy {
  return contains(spec.strategy, REPLACE_ALL_STRATEGY)
    ? { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } }
    : (spec.strategy ?? {});
}

function withOwnStrategy(live: LiveObjects, current: Deployment | undefined, policy: Policy): LiveObjects {
  if (!current) return live;
  return new Map([...live, [objectKey(current), withStrategy(current, ownStrategy(current, policy))]]);
}

const scale = (deployment: string, from: number, to: number): Step => ({ kind: 'scale', deployment, from, to });

function withReplicas(deployment: Deployment, replicas: number | undefined): Deployment {
  return replicas === undefined ? deployment : { ...deployment, spec: { ...deployment.spec, replicas } };
}

function withTemplate(deployment: Deployment, revision: Revision | undefined): Deployment {
  return revision ? { ...deployment, spec: { ...deployment.spec, template: revision.template } } : deployment;
}

function withStrategy(deployment: Deployment, strategy: Strategy): Deployment {
  return { ...deployment, spec: { ...deployment.spec, strategy } };
}

/** Objects that existed go back to what they were, the others go. */
export function undoOf(touched: readonly KubernetesObject[], live: LiveObjects): Step[] {
  const before = touched.map((object) => live.get(objectKey(object))).filter((object) => object !== undefined);
  const created = touched.filter((object) => !live.has(objectKey(object)));
  return [
    ...(before.length > 0 ? [{ kind: 'restore', objects: before } as const] : []),
    ...(created.length > 0 ? [{ kind: 'delete', objects: created } as const] : []),
  ];
}
