import type { Color } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import type { ApiError } from '../core/errors.js';
import type { HorizontalPodAutoscaler, KubernetesObject } from '../core/kubernetes.js';
import type { Target } from './image.js';
import type { LiveObjects, Manifests } from './manifests.js';
import type { State } from './state.js';

/** What the user asked for, whichever the verb. */
export interface Intent {
  readonly target: Target;
  /** Where traffic must end; undefined: on the other color. Of a deploy, the color that an active Service is made anew for. */
  readonly to?: Color;
  /** A revision of the Deployment that is rolled back to. 0 is the previous one; undefined: as it is. */
  readonly toRevision?: number;
  /** Also apply objects that both colors share, which reaches the active color. */
  readonly applyShared?: boolean;
  /** For a rollback: move traffic to ready Pods although their checks fail. */
  readonly force?: boolean;
  /** Delete objects of the release that its manifests no longer hold; true by default. */
  readonly prune?: boolean;
}

export type Policies = Readonly<Record<Color, Policy>>;

/**
 * What applying an object would make of it, as the API server says in a dry run, or why it would refuse; by objectKey.
 * An object that is not in it could not be asked for.
 */
export type Rehearsal = ReadonlyMap<string, KubernetesObject | ApiError>;

export interface PlanInput {
  readonly state: State;
  /** By which each color is verified and gets traffic: that of the version which it runs, or is to run. */
  readonly policies: Policies;
  readonly intent: Intent;
  readonly manifests?: Manifests;
  /** The live counterparts of the manifests. */
  readonly live: LiveObjects;
  /** Those of the namespace, where there are no manifests and a color is to be raised: what they scale, their specs say. */
  readonly autoscalers?: readonly HorizontalPodAutoscaler[];
  /** What the API server says applying the manifests would make of them; without it the fields that they state are compared. */
  readonly rehearsed?: Rehearsal;
  /** Objects that carry the release's labels and are not in its manifests. */
  readonly leftovers?: readonly KubernetesObject[];
}
