import {
  activeServiceName,
  COLORS,
  colorServiceName,
  configMapName,
  deploymentName,
  previewServiceName,
} from '../../../charts/names.js';
import { RefusedError } from '../../core/errors.js';
import { type KubernetesObject, type Pod, type ReplicaSet, TEMPLATE_HASH_LABEL } from '../../core/kubernetes.js';
import type { Api } from '../../kube/api.js';
import { resourcePath } from '../../kube/resources.js';
import { scales } from '../../plan/autoscaler.js';
import type { LiveAutoscaler, LiveBudget, LiveDeployment, LiveIngress, LiveService } from './objects.js';
import { madeBy, othersBehind, requireOneApplication, selectingText, servicesOf } from './own-service.js';
import type { Plain } from './plain.js';

/** The objects that have the names of a release, and the autoscalers of the namespace, whatever their names. */
export interface LiveRelease {
  readonly objects: readonly KubernetesObject[];
  readonly autoscalers: readonly LiveAutoscaler[];
}

/** Reads what is there of a release, also what was made by hand. @throws ApiError when a read is refused */
export async function observeRelease(api: Api, namespace: string, release: string): Promise<LiveRelease> {
  const colors = COLORS.map((color) => deploymentName(release, color));
  const names: [string, string][] = [
    ...colors.map((name): [string, string] => ['Deployment', name]),
    ['Service', activeServiceName(release)],
    ['Service', previewServiceName(release)],
    ...COLORS.map((color): [string, string] => ['Service', colorServiceName(release, color)]),
    ['ConfigMap', configMapName(release)],
    ...colors.map((name): [string, string] => ['ConfigMap', configMapName(name)]),
    ['Ingress', release],
    ['NetworkPolicy', release],
    ...colors.map((name): [string, string] => ['PodDisruptionBudget', name]),
  ];
  const find = (kind: string, name: string) => api.find<KubernetesObject>(resourcePath(kind, namespace, name));
  const [list, ...found] = await Promise.all([
    api.list<LiveAutoscaler>(resourcePath('HorizontalPodAutoscaler', namespace)),
    ...names.map(([kind, name]) => find(kind, name)),
  ]);
  const objects = found.filter((object) => object !== undefined);
  const accounts = objects.flatMap((object) =>
    object.kind === 'Deployment' ? ((object as LiveDeployment).spec.template.spec.serviceAccountName ?? []) : [],
  );
  const accountObjects = await Promise.all([...new Set(accounts)].map((name) => find('ServiceAccount', name)));
  const autoscalers = list.items.filter((one) => colors.some((deployment) => scales(one, deployment)));
  return { objects: [...objects, ...accountObjects.filter((object) => object !== undefined)], autoscalers };
}

/** @throws RefusedError when the Deployment or the Service is not there, or the Service is of another application */
export async function observePlain(
  api: Api,
  namespace: string,
  names: { deployment: string; service: string },
  notFound = `deployments.apps "${names.deployment}" not found in namespace "${namespace}"`,
): Promise<Plain> {
  const list = async <T>(kind: string) => (await api.list<T>(resourcePath(kind, namespace))).items;
  const [deployment, services, autoscalers, budgets, ingresses, replicaSets] = await Promise.all([
    api.find<LiveDeployment>(resourcePath('Deployment', namespace, names.deployment)),
    list<LiveService>('Service'),
    list<LiveAutoscaler>('HorizontalPodAutoscaler'),
    list<LiveBudget>('PodDisruptionBudget'),
    list<LiveIngress>('Ingress'),
    list<ReplicaSet>('ReplicaSet'),
  ]);
  if (!deployment) throw new RefusedError(notFound);
  const own = madeBy(deployment, replicaSets);
  const selecting = servicesOf(deployment, services, own);
  const service = services.find(({ metadata }) => metadata.name === names.service);
  if (!service)
    throw new RefusedError(
      `services "${names.service}" not found in namespace "${namespace}", want one that selects the Pods of ` +
        `deployment "${names.deployment}": ${selectingText(selecting)}`,
    );
  requireOneApplication({ deployment, service, services, selecting }, namespace);
  const running = own.filter(({ spec }) => (spec.replicas ?? 0) > 0);
  const hash = running.length === 1 ? running[0]?.metadata.labels?.[TEMPLATE_HASH_LABEL] : undefined;
  const labelSelector = Object.entries(service.spec.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const pods = await api.list<Pod>(resourcePath('Pod', namespace), { labelSelector });
  const labels = JSON.stringify(deployment.spec.selector.matchLabels);
  return {
    deployment,
    service,
    autoscaler: autoscalers.find((one) => scales(one, names.deployment)),
    budget: budgets.find(({ spec }) => JSON.stringify(spec.selector?.matchLabels) === labels),
    services,
    selecting,
    others: othersBehind(service, own, { pods: pods.items, replicaSets }),
    ingresses: ingresses.filter(({ spec }) => JSON.stringify(spec).includes(`"service":{"name":"${names.service}"`)),
    templateHash: pods.items.every(({ metadata }) => metadata.labels?.[TEMPLATE_HASH_LABEL] === hash)
      ? hash
      : undefined,
  };
}
