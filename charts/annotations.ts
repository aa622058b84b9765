/** Annotation of a color's Pods: changes with the color's own configuration, so that a new one replaces the Pods. */
export const CONFIG_CHECKSUM_ANNOTATION = 'kubectl-bluegreen.dev/config-checksum';
