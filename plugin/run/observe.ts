import {
  APP_LABEL,
  activeServiceName,
  COLORS,
  colorServiceName,
  DEPLOYMENT_TYPE,
  DEPLOYMENT_TYPE_LABEL,
  deploymentName,
  previewServiceName,
} from '../../charts/names.js';
import { ApiError, RefusedError } from '../core/errors.js';
import {
  type Deployment,
  type EndpointSlice,
  type HorizontalPodAutoscaler,
  type KubernetesObject,
  type Pod,
  type ReplicaSet,
  SERVICE_NAME_LABEL,
  type Service,
} from '../core/kubernetes.js';
import type { Api, ListOptions } from '../kube/api.js';
import { objectPath, resourcePath } from '../kube/resources.js';
import { deletionOf } from '../plan/deletion.js';
import { type LiveObjects, objectKey } from '../plan/manifests.js';
import { withOlderPolicies } from '../plan/policy.js';
import { selectorQuery } from '../plan/revisions.js';
import type { State } from '../plan/state.js';

/**
 * Reads a release in one pass, every request at once.
 *
 * @throws ApiError when a read is refused, and for a namespace that does not exist
 */
export async function observe(api: Api, namespace: string, release: string, options: ListOptions = {}): Promise<State> {
  const find = <T>(kind: string, name: string) => api.find<T>(resourcePath(kind, namespace, name));
  const labelled = { labelSelector: `${APP_LABEL}=${release}` };
  const [active, preview, blueService, greenService, blue, green, replicaSets, pods, slices] = await Promise.all([
    find<Service>('Service', activeServiceName(release)),
    find<Service>('Service', previewServiceName(release)),
    find<Service>('Service', colorServiceName(release, 'blue')),
    find<Service>('Service', colorServiceName(release, 'green')),
    find<Deployment>('Deployment', deploymentName(release, 'blue')),
    find<Deployment>('Deployment', deploymentName(release, 'green')),
    api.list<ReplicaSet>(resourcePath('ReplicaSet', namespace), labelled, options),
    api.list<Pod>(resourcePath('Pod', namespace), labelled, options),
    listEndpointSlices(
      api,
      namespace,
      [activeServiceName(release), ...COLORS.map((color) => colorServiceName(release, color))],
      options,
    ),
  ]);
  if (!active && !blue && !green) await requireNamespace(api, namespace);
  return withOlderPolicies({
    release,
    namespace,
    ...(active && { active }),
    ...(preview && { preview }),
    colorServices: { blue: blueService, green: greenService },
    deployments: { blue, green },
    replicaSets: replicaSets.items,
    pods: pods.items,
    endpointSlices: slices,
  });
}

/** The EndpointSlices of some Services, in one request. */
export async function listEndpointSlices(
  api: Api,
  namespace: string,
  services: readonly string[],
  options: ListOptions = {},
): Promise<EndpointSlice[]> {
  const labelSelector = `${SERVICE_NAME_LABEL} in (${services.join(',')})`;
  return (await api.list<EndpointSlice>(resourcePath('EndpointSlice', namespace), { labelSelector }, options)).items;
}

/** The autoscalers of a namespace: what one scales, its spec says and not its name. */
export async function listAutoscalers(api: Api, namespace: string): Promise<HorizontalPodAutoscaler[]> {
  return (await api.list<HorizontalPodAutoscaler>(resourcePath('HorizontalPodAutoscaler', namespace))).items;
}

/** The live counterparts of objects. */
export async function observeObjects(
  api: Api,
  namespace: string,
  objects: readonly KubernetesObject[],
): Promise<LiveObjects> {
  const found = await Promise.all(objects.map((object) => api.find<KubernetesObject>(objectPath(object, namespace))));
  return new Map(found.filter((object) => object !== undefined).map((object) => [objectKey(object), object]));
}

export const namespacePath = (namespace: string): string => `/api/v1/namespaces/${encodeURIComponent(namespace)}`;

/**
 * An empty namespace and one that does not exist look alike to a list, so an absent release asks once more.
 *
 * @throws ApiError for one that does not exist; RefusedError for one that is being deleted
 */
export async function requireNamespace(api: Api, namespace: string): Promise<void> {
  try {
    const found = await api.get<KubernetesObject>(namespacePath(namespace));
    const deletion = deletionOf(found);
    if (deletion) throw new RefusedError(`namespace "${namespace}" ${deletion}`);
  } catch (error) {
    // Namespaces are cluster-scoped: who may not read them is told about the missing objects instead.
    if (error instanceof ApiError && error.status === 403) return;
    throw error;
  }
}

/** The kinds that synthesis makes. */
const KINDS = [
  'ConfigMap',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Ingress',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'Service',
  'ServiceAccount',
];

/** Objects of the kinds that synthesis makes, and what is to be said of those that may not be listed. */
export interface Labelled {
  readonly objects: readonly KubernetesObject[];
  readonly notes: readonly string[];
}

/** Objects that carry the label of a release, but for what others made from them. */
export async function listLabelled({ api }: { api: Api }, namespace: string, release: string): Promise<Labelled> {
  const forbidden: string[] = [];
  const list = async (kind: string) => {
    try {
      const query = { labelSelector: `${APP_LABEL}=${release}` };
      return (await api.list<KubernetesObject>(resourcePath(kind, namespace), query)).items;
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error;
      // A server without such a kind has no such objects.
      if (error.status === 403) forbidden.push(kind);
      return [];
    }
  };
  const objects = (await Promise.all(KINDS.map(list))).flat().filter(isOfRelease);
  const note = `objects that are not in the manifests were not looked for, since you may not list: ${forbidden.sort().join(', ')}`;
  return { objects, notes: forbidden.length > 0 ? [note] : [] };
}

function isOfRelease({ kind, metadata }: KubernetesObject): boolean {
  if ((metadata.ownerReferences ?? []).length > 0) return false;
  // Those that are for pipelines carry the release's name alone.
  return kind !== 'ServiceAccount' || metadata.labels?.[DEPLOYMENT_TYPE_LABEL] === DEPLOYMENT_TYPE;
}

export async function listReplicaSets(api: Api, namespace: string, { spec }: Deployment): Promise<ReplicaSet[]> {
  const labelSelector = selectorQuery(spec.selector);
  return (await api.list<ReplicaSet>(resourcePath('ReplicaSet', namespace), { labelSelector })).items;
}
