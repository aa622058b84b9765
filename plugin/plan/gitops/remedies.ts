import { PLUGIN, SELECTOR_ANNOTATION } from '../../../charts/names.js';

/** Both lines are needed: without the second, Argo CD hides the difference and still applies it with the next sync. */
export const argoSnippet = (service: string) => `in the Application's spec:
  ignoreDifferences:
    - group: ""
      kind: Service
      name: ${service}
      jsonPointers: [/spec/selector]
  syncPolicy:
    syncOptions: [RespectIgnoreDifferences=true]`;

/**
 * Flux gives a field up when it ignores it; one that nobody else owns is then removed. The first switch makes the selector
 * ours, so the rule must come after it.
 *
 * @see https://fluxcd.io/blog/2026/08/ignore-rules-drift-detection
 */
export const fluxSnippet = (service: string) => `promote once with --force, then,
in the Kustomization's spec (Flux 2.9, kustomize-controller 1.9 and later):
  ignore:
    - paths: [/spec/selector]
      target:
        kind: Service
        name: ${service}
or, in the manifest of Service ${service} (any version; it is then never applied again):
  metadata:
    annotations:
      kustomize.toolkit.fluxcd.io/ssa: IfNotPresent`;

export const helmSnippet = (service: string) => `in the template of Service ${service}, keep the live selector:
  {{- $live := lookup "v1" "Service" .Release.Namespace "${service}" }}
  metadata:
    annotations:
      ${SELECTOR_ANNOTATION}: ${PLUGIN}
  spec:
    selector:
      version: {{ dig "spec" "selector" "version" "blue" $live }}`;
