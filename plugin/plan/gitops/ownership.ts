import type { KubernetesObject } from '../../core/kubernetes.js';
import { findManager, hasManager } from './field-managers.js';
import { ruleSnippet, type SnippetName } from './remedies.js';

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
  readonly name: string;
  /** An Application that is named alone may be in any namespace. */
  readonly namespace?: string;
}

/** What a snippet is for. */
export interface Place {
  readonly release: string;
  readonly namespace: string;
}

/** Field managers by which the tools apply: what stays of them when their labels are turned off. */
const MANAGERS = { argo: ['argocd-controller'], flux: ['kustomize-controller'], helm: ['helm', 'helm-controller'] };

const INSTANCE_LABEL = 'app.kubernetes.io/instance';

/**
 * The tool that applied an object from elsewhere, judged by the labels and annotations that it leaves, and by what the API
 * server recorded about who manages the selector.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
 * @see https://helm.sh/docs/chart_best_practices/labels/
 */
export function selectorOwner(object: KubernetesObject, place: Place): Owner | undefined {
  return argo(object, place) ?? flux(object, place) ?? helm(object, place);
}

/**
 * Argo CD, by the label by which it tracked before 3.0 and that Helm and others set as well: it counts only when the
 * Application that it names can be read.
 */
export function labelledOwner({ metadata }: KubernetesObject, place: Place): Required<Owner> | undefined {
  const instance = metadata.labels?.[INSTANCE_LABEL];
  if (!instance) return undefined;
  const evidence = `${INSTANCE_LABEL}: ${instance}`;
  return { tool: 'Argo CD', evidence, remedy: remedy('argocd', place), source: applicationOf(instance) };
}

function argo(object: KubernetesObject, place: Place): Owner | undefined {
  const { labels = {}, annotations = {} } = object.metadata;
  const tracking = annotations['argocd.argoproj.io/tracking-id'] ?? labels['argocd.argoproj.io/instance'];
  const common = { tool: 'Argo CD', remedy: remedy('argocd', place) } as const;
  if (tracking) return { ...common, evidence: `argocd.argoproj.io: ${tracking}`, source: applicationOf(tracking) };
  const manager = managerEvidence(object, MANAGERS.argo);
  const labelled = labelledOwner(object, place);
  if (!labelled || !hasManager(object, MANAGERS.argo)) return manager ? { ...common, evidence: manager } : undefined;
  const managed = manager ?? `field manager ${MANAGERS.argo[0]} applied it`;
  return { ...labelled, evidence: `${labelled.evidence}; ${managed}` };
}

/** An Application outside of Argo CD's own namespace is tracked as NAMESPACE_NAME. */
function applicationOf(tracking: string): Source {
  const [name = '', namespace] = (tracking.split(':', 1)[0] ?? '').split('_').reverse();
  return { kind: 'Application', name, ...(namespace && { namespace }) };
}

function flux(object: KubernetesObject, place: Place): Owner | undefined {
  const { labels = {} } = object.metadata;
  const kustomization = labels['kustomize.toolkit.fluxcd.io/name'];
  const evidence = kustomization
    ? `kustomize.toolkit.fluxcd.io/name: ${kustomization}`
    : managerEvidence(object, MANAGERS.flux);
  if (evidence === undefined) return undefined;
  const namespace = labels['kustomize.toolkit.fluxcd.io/namespace'];
  return {
    tool: 'Flux',
    evidence,
    remedy: remedy('flux', place),
    ...(kustomization && namespace && { source: { kind: 'Kustomization', namespace, name: kustomization } }),
  };
}

function helm(object: KubernetesObject, place: Place): Owner | undefined {
  const { labels = {}, annotations = {} } = object.metadata;
  const common = { remedy: remedy('helm', place) };
  const byFlux = labels['helm.toolkit.fluxcd.io/name'];
  if (byFlux) return { ...common, tool: 'Flux', evidence: `helm.toolkit.fluxcd.io/name: ${byFlux}` };
  const release = annotations['meta.helm.sh/release-name'];
  const isHelm = release && labels['app.kubernetes.io/managed-by'] === 'Helm';
  const evidence = isHelm ? `meta.helm.sh/release-name: ${release}` : managerEvidence(object, MANAGERS.helm);
  return evidence === undefined ? undefined : { ...common, tool: 'Helm', evidence };
}

const remedy = (snippet: SnippetName, { release, namespace }: Place) => ruleSnippet(snippet, release, namespace);

function managerEvidence(object: KubernetesObject, names: readonly string[]): string | undefined {
  const entry = findManager(object, names);
  return entry && `field manager ${entry.manager} applied its selector${entry.time ? ` at ${entry.time}` : ''}`;
}
