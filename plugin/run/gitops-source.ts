import { ApiError, UnreachableError } from '../core/errors.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import type { Api } from '../kube/api.js';
import { applies, NOT_THERE, pickApplication } from '../plan/gitops/application.js';
import type { Source } from '../plan/gitops/ownership.js';

/** What a tool's own object was found to be, or why it was not found, and where it was looked for. */
export type SourceRead = {
  /** In the order in which it was looked for: `namespace argocd`, `all namespaces`. */
  readonly lookedIn: readonly string[];
} & (
  | { readonly object: KubernetesObject; readonly unread?: undefined }
  | { readonly object?: undefined; readonly unread: string }
);

/** By default Argo CD and its Applications are here. */
const ARGO_NAMESPACE = 'argocd';

const COLLECTIONS: Record<Source['kind'], { root: string; plural: string }> = {
  Application: { root: '/apis/argoproj.io/v1alpha1', plural: 'applications' },
  Kustomization: { root: '/apis/kustomize.toolkit.fluxcd.io/v1', plural: 'kustomizations' },
};

/**
 * Reads the Application or Kustomization that applies an object.
 *
 * @param argoNamespace - where an Application is looked for that is named without a namespace
 */
export async function readSource(
  api: Api,
  source: Source,
  applied: KubernetesObject,
  argoNamespace = ARGO_NAMESPACE,
): Promise<SourceRead> {
  const namespace = source.namespace ?? argoNamespace;
  const first = `namespace ${namespace}`;
  const own = await attempt(() => api.find<KubernetesObject>(pathOf(source, namespace)));
  // Another Argo CD may have an Application of the same name.
  const isOwn = typeof own === 'object' && (source.namespace !== undefined || applies(own, applied) !== false);
  if (isOwn) return { object: own, lookedIn: [first] };
  if (source.namespace !== undefined) return { lookedIn: [first], unread: typeof own === 'string' ? own : NOT_THERE };

  const lookedIn = [first, 'all namespaces'];
  const query = { fieldSelector: `metadata.name=${source.name}` };
  const listed = await attempt(() => api.list<KubernetesObject>(pathOf(source), query));
  if (typeof listed !== 'object') return { lookedIn, unread: listed ?? NOT_THERE };
  return { ...pickApplication(listed.items, applied), lookedIn };
}

/** @returns why it could not be read, for what could not */
async function attempt<T extends object>(read: () => Promise<T | undefined>): Promise<T | string | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof UnreachableError)) throw error;
    // A kind that the cluster does not know is answered by a page, not by a Status.
    return error.message.includes('404 page not found') ? 'the cluster does not know the kind' : error.message;
  }
}

function pathOf({ kind, name }: Source, namespace?: string): string {
  const { root, plural } = COLLECTIONS[kind];
  if (namespace === undefined) return `${root}/${plural}`;
  return `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`;
}
