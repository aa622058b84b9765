import { PLUGIN, SELECTOR_ANNOTATION } from '../../../charts/names.js';
import type { Service } from '../../kubernetes.js';
import { findManager } from './field-managers.js';
import { argoSnippet, fluxSnippet, helmSnippet } from './remedies.js';

/** Another tool that would put the selector back, and how the two can live together. */
export interface Owner {
  readonly tool: 'Argo CD' | 'Flux' | 'Helm';
  readonly evidence: string;
  readonly remedy: string;
  /** The object that says what the tool applies, and how. */
  readonly source?: Source;
}

export interface Source {
  readonly kind: 'Application' | 'Kustomization';
  readonly namespace: string;
  readonly name: string;
}

/** Field managers by which the tools apply: what stays of them when their labels are turned off. */
const MANAGERS = { argo: ['argocd-controller'], flux: ['kustomize-controller'], helm: ['helm', 'helm-controller'] };

const ARGO_NAMESPACE = 'argocd';

/**
 * The tool that applied the active Service from elsewhere, judged by the labels and annotations that it leaves, and by
 * what the API server recorded about who manages the selector.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
 * @see https://helm.sh/docs/chart_best_practices/labels/
 */
export function selectorOwner(service: Service): Owner | undefined {
  if (service.metadata.annotations?.[SELECTOR_ANNOTATION] === PLUGIN) return undefined;
  return argo(service) ?? flux(service) ?? helm(service);
}

function argo(service: Service): Owner | undefined {
  const { name, labels = {}, annotations = {} } = service.metadata;
  const tracking = annotations['argocd.argoproj.io/tracking-id'] ?? labels['argocd.argoproj.io/instance'];
  const evidence = tracking ? `argocd.argoproj.io: ${tracking}` : managerEvidence(service, MANAGERS.argo);
  if (evidence === undefined) return undefined;
  // An Application outside of Argo CD's own namespace is tracked as NAMESPACE_NAME.
  const [application = '', namespace = ARGO_NAMESPACE] = (tracking ?? '').split(':', 1)[0]?.split('_').reverse() ?? [];
  const source: Source = { kind: 'Application', namespace, name: application };
  return { tool: 'Argo CD', evidence, remedy: argoSnippet(name), ...(application && { source }) };
}

function flux(service: Service): Owner | undefined {
  const { name, labels = {}, annotations = {} } = service.metadata;
  // Flux leaves an object alone once it exists when told so.
  if (annotations['kustomize.toolkit.fluxcd.io/ssa']?.toLowerCase() === 'ifnotpresent') return undefined;
  const kustomization = labels['kustomize.toolkit.fluxcd.io/name'];
  const evidence = kustomization
    ? `kustomize.toolkit.fluxcd.io/name: ${kustomization}`
    : managerEvidence(service, MANAGERS.flux);
  if (evidence === undefined) return undefined;
  const namespace = labels['kustomize.toolkit.fluxcd.io/namespace'];
  return {
    tool: 'Flux',
    evidence,
    remedy: fluxSnippet(name),
    ...(kustomization && namespace && { source: { kind: 'Kustomization', namespace, name: kustomization } }),
  };
}

function helm(service: Service): Owner | undefined {
  const { name, labels = {}, annotations = {} } = service.metadata;
  const remedy = helmSnippet(name);
  const byFlux = labels['helm.toolkit.fluxcd.io/name'];
  if (byFlux) return { tool: 'Flux', evidence: `helm.toolkit.fluxcd.io/name: ${byFlux}`, remedy };
  const release = annotations['meta.helm.sh/release-name'];
  const isHelm = release && labels['app.kubernetes.io/managed-by'] === 'Helm';
  const evidence = isHelm ? `meta.helm.sh/release-name: ${release}` : managerEvidence(service, MANAGERS.helm);
  return evidence === undefined ? undefined : { tool: 'Helm', evidence, remedy };
}

function managerEvidence(service: Service, names: readonly string[]): string | undefined {
  const entry = findManager(service, names);
  return entry && `field manager ${entry.manager} applied its selector${entry.time ? ` at ${entry.time}` : ''}`;
}
