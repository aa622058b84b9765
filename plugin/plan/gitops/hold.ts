import { type Color, HOLD_ANNOTATION } from '../../../charts/names.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import { readAnnotation } from '../annotations.js';
import { HOLD } from '../shapes.js';

/**
 * A version that failed after it had got the traffic. Where versions come from git, the next run of a pipeline would promote it
 * again. It is refused until a person releases the hold, or git brings other Pods.
 */
export interface Hold {
  readonly color: Color;
  readonly version: string;
  /** The hash of its Pod template, as `templateHash` gives it. */
  readonly template: string;
  readonly why: string;
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** The operation that failed. */
  readonly operationId: string;
}

/** The hold of a release, or undefined where there is none or its annotation does not read as one. */
export const readHold = (service: KubernetesObject | undefined): Hold | undefined =>
  readAnnotation(service, HOLD_ANNOTATION, HOLD);

export const holdAnnotation = (hold: Hold | null): Record<string, string | null> => ({
  [HOLD_ANNOTATION]: hold && JSON.stringify(hold),
});

export const holdText = ({ color, version, why, by, at }: Hold): string =>
  `${color} (${version}) is on hold since ${at}: it was promoted by ${by}, and failed: ${why}`;
