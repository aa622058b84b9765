import {
  APP_LABEL,
  activeServiceName,
  COLOR_LABEL,
  COLORS,
  colorServiceName,
  DEPLOYMENT_TYPE,
  DEPLOYMENT_TYPE_LABEL,
  deploymentName,
  isColor,
  SERVICE_TYPE_LABEL,
} from '../../charts/names.js';
import {
  type Deployment,
  type EndpointSlice,
  type KubernetesObject,
  type Pod,
  SERVICE_NAME_LABEL,
  type Service,
} from '../core/kubernetes.js';
import { compareText } from '../core/text.js';
import { withOlderPolicies } from './policy.js';
import type { State } from './state.js';

/** Some objects of a kind: what to ask the API server for. */
export interface Selection {
  readonly kind: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What a status is made of, as it was read; of one release or of many. */
export type Objects = readonly KubernetesObject[];

/** What the status of one release is made of. Services and Deployments go by their names: taken over ones have any labels. */
export function selectRelease(release: string): Selection[] {
  const services = [activeServiceName(release), ...COLORS.map((color) => colorServiceName(release, color))];
  const named = (kind: string, name: string) => ({ kind, query: { fieldSelector: `metadata.name=${name}` } });
  return [
    named('Service', activeServiceName(release)),
    ...COLORS.map((color) => named('Deployment', deploymentName(release, color))),
    { kind: 'Pod', query: { labelSelector: `${APP_LABEL}=${release}` } },
    { kind: 'EndpointSlice', query: { labelSelector: `${SERVICE_NAME_LABEL} in (${services.join(',')})` } },
  ];
}

/** What the status of every release is made of: one request for each kind. EndpointSlices have the labels of their Service. */
export function selectReleases(): Selection[] {
  const type = `${DEPLOYMENT_TYPE_LABEL}=${DEPLOYMENT_TYPE}`;
  return [
    { kind: 'Service', query: { labelSelector: `${type},${SERVICE_TYPE_LABEL}=active` } },
    ...['Deployment', 'Pod', 'EndpointSlice'].map((kind) => ({ kind, query: { labelSelector: type } })),
  ];
}

/** The state of one release, from objects of perhaps several; without what a status does not need. */
export function stateOf(objects: Objects, namespace: string, release: string): State {
  return statesOf(objects.filter((one) => (one.metadata.namespace ?? namespace) === namespace))(namespace, release);
}

/** The state of every release that has an active Service or, should that be gone, a color, by namespace and name. */
export function releaseStates(objects: Objects): State[] {
  const byNamespace = groupBy(objects, ({ metadata }) => metadata.namespace ?? '');
  return [...byNamespace]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([namespace, own]) => {
      const state = statesOf(own);
      return releasesOf(own).map((release) => state(namespace, release));
    });
}

function releasesOf(objects: Objects): string[] {
  const names = objects.flatMap((object) => releaseOfService(object) ?? releaseOfDeployment(object) ?? []);
  return [...new Set(names)].sort();
}

function releaseOfService({ kind, metadata: { name, labels } }: KubernetesObject): string | undefined {
  const isActive = kind === 'Service' && labels?.[SERVICE_TYPE_LABEL] === 'active' && name.endsWith(ACTIVE_SUFFIX);
  return isActive ? name.slice(0, -ACTIVE_SUFFIX.length) : undefined;
}

/** A release whose active Service was deleted serves no user: a list that leaves it out hides that. */
function releaseOfDeployment({ kind, metadata: { name, labels } }: KubernetesObject): string | undefined {
  const { [APP_LABEL]: app, [COLOR_LABEL]: color } = labels ?? {};
  return kind === 'Deployment' && app && isColor(color) && name === deploymentName(app, color) ? app : undefined;
}

const ACTIVE_SUFFIX = activeServiceName('');

function statesOf(objects: Objects): (namespace: string, release: string) => State {
  const kinds = groupBy(objects, ({ kind }) => kind);
  const all = <T extends KubernetesObject>(kind: string) => (kinds.get(kind) ?? []) as T[];
  const named = <T extends KubernetesObject>(kind: string, name: string) =>
    all<T>(kind).find(({ metadata }) => metadata.name === name);
  const pods = groupBy(all<Pod>('Pod'), ({ metadata }) => metadata.labels?.[APP_LABEL] ?? '');
  return (namespace, release) => {
    const active = named<Service>('Service', activeServiceName(release));
    return withOlderPolicies({
      release,
      namespace,
      ...(active && { active }),
      colorServices: { blue: undefined, green: undefined },
      deployments: {
        blue: named<Deployment>('Deployment', deploymentName(release, 'blue')),
        green: named<Deployment>('Deployment', deploymentName(release, 'green')),
      },
      replicaSets: [],
      pods: pods.get(release) ?? [],
      endpointSlices: all<EndpointSlice>('EndpointSlice'),
    });
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
