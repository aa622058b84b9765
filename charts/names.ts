/** The names that charts write and the plugin reads. No imports: this file is on the way to every command. */

export const COLORS = ['blue', 'green'] as const;

export type Color = (typeof COLORS)[number];

export function isColor(value: unknown): value is Color {
  return value === 'blue' || value === 'green';
}

export function otherColor(color: Color): Color {
  return color === 'blue' ? 'green' : 'blue';
}

/** Label that selects every object and Pod of a release. */
export const APP_LABEL = 'app';
/** Label that holds a Pod's color; the one selector key that a switch changes. */
export const COLOR_LABEL = 'version';
export const DEPLOYMENT_TYPE_LABEL = 'deployment-type';
export const DEPLOYMENT_TYPE = 'blue-green';
export const SERVICE_TYPE_LABEL = 'service-type';

/** Prefix of this project's own labels and annotations. */
export const PREFIX = 'kubectl-bluegreen.dev';
/** Label of what belongs to a release but to neither color, so that no Service leads to it. */
export const ROLE_LABEL = `${PREFIX}/role`;
export const MIGRATIONS_ROLE = 'migrations';
/** Annotation of the active Service and of each color's Deployment: what promote must know, as JSON (see policy.ts). */
export const POLICY_ANNOTATION = `${PREFIX}/policy`;
/** Of what that annotation holds: raised when an older plugin would misread it. Without one it is 1. */
export const POLICY_SCHEMA = 1;
/** Annotation of the active Service: the last operation that touched traffic, as JSON. */
export const OPERATION_ANNOTATION = `${PREFIX}/last-operation`;
/** Annotation of the active Service: what was done to the release, oldest first, as bounded JSON (see plugin/plan/history.ts). */
export const HISTORY_ANNOTATION = `${PREFIX}/history`;
/** Annotation of a plain Deployment: the last undo of it, as JSON. */
export const UNDO_ANNOTATION = `${PREFIX}/last-undo`;
/** Annotation of a color's Deployment: the last operation that was about to move traffic to it, which attempt, and whose. */
export const PROMOTING_ANNOTATION = `${PREFIX}/promoting`;
/** Annotation of the Lease: the process that holds it (see plugin/run/process-identity.ts). */
export const PROCESS_ANNOTATION = `${PREFIX}/process`;
/** Annotation of the active Service: the last change of the other color's Deployment, and which attempt. */
export const IDLE_CHANGE_ANNOTATION = `${PREFIX}/cleanup`;
/** Annotation of both colors' Deployments: which color had the traffic last, as JSON (see plugin/plan/served.ts). */
export const SERVED_ANNOTATION = `${PREFIX}/served`;
/** Annotation of the active Service: what failed after it had got the traffic, where the versions come from git, as JSON. */
export const HOLD_ANNOTATION = `${PREFIX}/hold`;
/** What runs write down about what happened. No manifest states it, so applying a manifest must leave it as it is. */
export const RECORD_ANNOTATIONS = [
  OPERATION_ANNOTATION,
  HISTORY_ANNOTATION,
  UNDO_ANNOTATION,
  PROMOTING_ANNOTATION,
  IDLE_CHANGE_ANNOTATION,
  SERVED_ANNOTATION,
  HOLD_ANNOTATION,
] as const;

/** Annotation of the active Service, set by what applies it: the one tool that may change its selector. */
export const SELECTOR_ANNOTATION = `${PREFIX}/selector-managed-by`;
export const PLUGIN = 'kubectl-bluegreen';

/**
 * The field manager of everything that the plugin writes. Flux takes a manager whose name begins with "kubectl" for kubectl,
 * and removes its fields.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers
 */
export const FIELD_MANAGER = 'bluegreen';
/** Applies the replicas that no manifest states, so that an apply without them does not set them to 1. */
export const REPLICAS_MANAGER = 'bluegreen-replicas';

export const deploymentName = (release: string, color: Color): string => `${release}-${color}`;
export const colorServiceName = (release: string, color: Color): string => `${release}-${color}`;
export const activeServiceName = (release: string): string => `${release}-active`;
export const previewServiceName = (release: string): string => `${release}-preview`;
export const configMapName = (release: string): string => `${release}-config`;
/** The Lease that a running operation holds. */
export const leaseName = (release: string): string => `${release}-bluegreen`;

export type ServiceType = 'active' | 'preview';

/** Labels of a release's objects; `color` is left out of those that both colors share. */
export function releaseLabels(release: string, color?: Color, serviceType?: ServiceType): Record<string, string> {
  return {
    [APP_LABEL]: release,
    ...(color && { [COLOR_LABEL]: color }),
    [DEPLOYMENT_TYPE_LABEL]: DEPLOYMENT_TYPE,
    ...(serviceType && { [SERVICE_TYPE_LABEL]: serviceType }),
  };
}

/** The two labels that every Service of a release selects by. */
export function selectorLabels(release: string, color: Color): Record<string, string> {
  return { [APP_LABEL]: release, [COLOR_LABEL]: color };
}
