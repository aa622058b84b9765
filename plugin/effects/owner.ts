import type { Api } from '../edges/api.js';
import { ApiError, UnreachableError } from '../errors.js';
import type { KubernetesObject, Service } from '../kubernetes.js';
import { type Owner, type Source, selectorOwner } from '../plan/gitops/ownership.js';
import { applicationLeavesSelector, kustomizationLeavesSelector } from '../plan/gitops/selector-rules.js';

const COLLECTIONS: Record<Source['kind'], { path: string; plural: string }> = {
  Application: { path: '/apis/argoproj.io/v1alpha1', plural: 'applications' },
  Kustomization: { path: '/apis/kustomize.toolkit.fluxcd.io/v1', plural: 'kustomizations' },
};

/**
 * The tool that would put the active Service's selector back. One whose own rules say that it leaves the selector alone is
 * none; rules that may not be read count as absent.
 */
export async function findOwner(api: Api, service: Service): Promise<Owner | undefined> {
  const owner = selectorOwner(service);
  if (!owner?.source) return owner;
  const { source } = owner;
  try {
    const object = await api.find<KubernetesObject>(sourcePath(source));
    const leaves = source.kind === 'Application' ? applicationLeavesSelector : kustomizationLeavesSelector;
    return object && leaves(object, service) ? undefined : owner;
  } catch (error) {
    // A kind that the cluster does not know is answered by a page, not by a Status.
    if (!(error instanceof ApiError || error instanceof UnreachableError)) throw error;
    const why = error instanceof ApiError ? `: ${error.message}` : '';
    const unread = `${source.kind} ${source.namespace}/${source.name} could not be read${why}`;
    return { ...owner, evidence: `${owner.evidence}; ${unread}` };
  }
}

function sourcePath({ kind, namespace, name }: Source): string {
  const { path, plural } = COLLECTIONS[kind];
  return `${path}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`;
}
