import type { Service } from '../kubernetes.js';

/** Another tool that would put the selector back, and how the two can live together. */
export interface Owner {
  readonly tool: 'Argo CD' | 'Flux' | 'Helm';
  readonly evidence: string;
  readonly remedy: string;
}

/**
 * The tool that applied the active Service from elsewhere, judged by the labels and annotations it leaves.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
 * @see https://helm.sh/docs/chart_best_practices/labels/
 */
export function selectorOwner(service: Service): Owner | undefined {
  const { name, labels = {}, annotations = {} } = service.metadata;
  const tracking = annotations['argocd.argoproj.io/tracking-id'] ?? labels['argocd.argoproj.io/instance'];
  if (tracking) return { tool: 'Argo CD', evidence: `argocd.argoproj.io: ${tracking}`, remedy: argoSnippet(name) };

  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name'];
  // Flux leaves an object alone once it exists when told so.
  if (flux && annotations['kustomize.toolkit.fluxcd.io/ssa']?.toLowerCase() !== 'ifnotpresent')
    return { tool: 'Flux', evidence: `toolkit.fluxcd.io/name: ${flux}`, remedy: fluxSnippet(name) };

  const helm = annotations['meta.helm.sh/release-name'];
  if (helm && labels['app.kubernetes.io/managed-by'] === 'Helm')
    return { tool: 'Helm', evidence: `meta.helm.sh/release-name: ${helm}`, remedy: helmSnippet(name) };
  return undefined;
}

const argoSnippet = (service: string) => `in the Application's spec:
  ignoreDifferences:
    - group: ""
      kind: Service
      name: ${service}
      jsonPointers: [/spec/selector, /metadata/annotations]
  syncPolicy:
    syncOptions: [RespectIgnoreDifferences=true]`;

const fluxSnippet = (service: string) => `in the manifest of Service ${service}:
  metadata:
    annotations:
      kustomize.toolkit.fluxcd.io/ssa: IfNotPresent`;

const helmSnippet = (service: string) => `in the template of Service ${service}, keep the live selector:
  {{- $live := lookup "v1" "Service" .Release.Namespace "${service}" }}
  selector:
    version: {{ dig "spec" "selector" "version" "blue" $live }}`;
