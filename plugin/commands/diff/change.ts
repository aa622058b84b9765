import type { Color } from '../../../charts/names.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import type { FieldChange } from './fields.js';

export type ChangeKind = 'added' | 'removed' | 'changed';

/** Two versions of one object; what is not there in one of them was added or removed. */
export interface Pair {
  readonly before?: KubernetesObject;
  readonly after?: KubernetesObject;
}

/** An object that differs, as it is shown: without what a server fills in, secrets masked. */
export interface ObjectChange extends Pair {
  /** The release that it belongs to; undefined for an object of none. */
  readonly release: string | undefined;
  /** `deployment.apps/engine-ops-green`. */
  readonly object: string;
  readonly change: ChangeKind;
  /** Empty for an object that was added or removed as a whole. */
  readonly fields: readonly FieldChange[];
  /** What of it changes, and what that is for blue/green, in a line. */
  readonly note: string;
}

/** What dist/ is compared with. */
export type Against =
  | { readonly kind: 'cluster'; readonly context: string }
  | { readonly kind: 'revision'; readonly revision: string; readonly commit: string };

/** A release that was compared. */
export interface ComparedRelease {
  readonly release: string;
  readonly namespace?: string;
  /** The color with the traffic, by the live selector; null where the release is not in the cluster, or no cluster was asked. */
  readonly active: Color | null;
  /** The color that the manifests name, which an install gives the traffic. */
  readonly manifestActive: Color | null;
  /** The same by the manifests at the revision that they are compared with; null where they did not hold the release. */
  readonly manifestBefore?: Color | null;
}

/** All that one run found. */
export interface Difference {
  readonly against: Against;
  /** The paths of -f. */
  readonly source: string;
  readonly releases: readonly ComparedRelease[];
  readonly changes: readonly ObjectChange[];
  /** What is worth knowing and is no difference. */
  readonly notes: readonly string[];
}
