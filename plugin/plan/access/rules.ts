import {
  activeServiceName,
  COLORS,
  colorServiceName,
  deploymentName,
  leaseName,
  previewServiceName,
} from '../../../charts/names.js';
import type { KubernetesObject } from '../../core/kubernetes.js';

/** What a Role allows. Each purpose includes the ones before it; `cleanup` and `watch` include `view` alone. */
export const PURPOSES = ['view', 'verify', 'promote', 'deploy', 'cleanup', 'watch'] as const;

export type Purpose = (typeof PURPOSES)[number];

/** @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-and-clusterrole */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Left out where the API server cannot tell names: for create, and for lists that select by label. */
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export interface AccessInput {
  readonly release: string;
  readonly purposes: readonly Purpose[];
  /** Whether the release has a Job that is run before each version. */
  readonly migrations: boolean;
  /** The release's manifests: what `deploy` applies, besides the Deployments and Services that every release has. */
  readonly objects: readonly KubernetesObject[];
  /**
   * Ports of the release's Services, by name or number: to ask through them, and to look at what NetworkPolicies admit.
   * A promotion goes without that evidence; undefined leaves it out.
   */
  readonly ports?: readonly string[];
}

/** The least that the API server must allow for the purposes, of one release in one namespace. */
export function accessRules(input: AccessInput): PolicyRule[] {
  const purposes = new Set(input.purposes.flatMap(includedIn));
  const rules = PURPOSES.filter((purpose) => purposes.has(purpose)).flatMap((purpose) => RULES[purpose](input));
  return merge(rules);
}

function includedIn(purpose: Purpose): Purpose[] {
  return purpose === 'cleanup' || purpose === 'watch'
    ? ['view', purpose]
    : PURPOSES.slice(0, PURPOSES.indexOf(purpose) + 1);
}

const RULES: Record<Purpose, (input: AccessInput) => PolicyRule[]> = {
  view: ({ release }) => [
    rule('', 'services', ['get'], [...traffic(release), ...COLORS.map((color) => colorServiceName(release, color))]),
    rule('apps', 'deployments', ['get'], deployments(release)),
    rule('apps', 'replicasets', ['list']),
    rule('', 'pods', ['list']),
    rule('discovery.k8s.io', 'endpointslices', ['list']),
  ],
  // A tunnel is a GET that becomes a WebSocket, or a POST: of kubectl's older protocol, and for servers from 1.35 on.
  verify: ({ ports }) => [
    rule('', 'pods/portforward', ['get', 'create']),
    // Whether a Pod answers at its own address as well, where no probe of it has asked.
    ...(ports ? [rule('', 'pods/proxy', ['get'])] : []),
    // Where WebSockets are refused kubectl opens the tunnel, and looks at the Pod first.
    rule('', 'pods', ['get']),
  ],
  promote: ({ release, migrations, ports }) => [
    rule('', 'services', ['patch'], traffic(release)),
    rule('apps', 'deployments', ['list', 'watch', 'patch'], deployments(release)),
    rule('apps', 'replicasets', ['watch']),
    rule('', 'pods', ['watch']),
    rule('', 'pods/log', ['get']),
    // For the watch after the switch, which goes on without them.
    rule('', 'events', ['list', 'watch']),
    ...(ports ? evidence(release, ports) : []),
    // Whether the Pods fit is looked at where it may be; nodes are no matter of a Role.
    rule('', 'resourcequotas', ['list']),
    rule('', 'limitranges', ['list']),
    ...lease(release),
    // A Job's name is of its version, which is not known yet.
    ...(migrations ? [rule('batch', 'jobs', ['get', 'list', 'watch', 'create', 'delete'])] : []),
  ],
  deploy: ({ release, objects }) => {
    const applied = objects.filter(({ metadata }) => !traffic(release).includes(metadata.name));
    return [
      rule('', 'services', ['create']),
      ...applied.flatMap(({ apiVersion, kind, metadata }) => {
        const [group, resource] = [apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '', plural(kind)];
        return [rule(group, resource, ['create']), rule(group, resource, ['get', 'patch', 'delete'], [metadata.name])];
      }),
    ];
  },
  cleanup: ({ release }) => [
    rule('', 'services', ['patch'], [activeServiceName(release)]),
    // Which other Services lead to the color: a list by no name.
    rule('', 'services', ['list']),
    rule('apps', 'deployments', ['patch'], deployments(release)),
    rule('autoscaling', 'horizontalpodautoscalers', ['list']),
    ...lease(release),
  ],
  watch: ({ release }) => [
    rule('', 'services', ['list', 'watch'], [activeServiceName(release)]),
    rule('apps', 'deployments', ['list', 'watch'], deployments(release)),
    rule('', 'pods', ['watch']),
    rule('', 'pods/log', ['get']),
    rule('discovery.k8s.io', 'endpointslices', ['watch']),
  ],
};

/** The API server takes a Service and its port for one name. */
function evidence(release: string, ports: readonly string[]): PolicyRule[] {
  const services = [activeServiceName(release), ...COLORS.map((color) => colorServiceName(release, color))];
  const names = services.flatMap((service) => ports.map((port) => `${service}:${port}`));
  return [
    ...(names.length > 0 ? [rule('', 'services/proxy', ['get'], names)] : []),
    rule('networking.k8s.io', 'networkpolicies', ['list']),
  ];
}

const traffic = (release: string) => [activeServiceName(release), previewServiceName(release)];
const deployments = (release: string) => COLORS.map((color) => deploymentName(release, color));

const lease = (release: string): PolicyRule[] => [
  rule('coordination.k8s.io', 'leases', ['create']),
  rule('coordination.k8s.io', 'leases', ['get', 'patch', 'delete'], [leaseName(release)]),
];

/** The kinds of a release are regular, but for two. */
function plural(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith('y')) return `${singular.slice(0, -1)}ies`;
  return singular.endsWith('s') ? `${singular}es` : `${singular}s`;
}

function rule(
  group: string,
  resource: string,
  verbs: readonly string[],
  resourceNames?: readonly string[],
): PolicyRule {
  return { apiGroups: [group], resources: [resource], verbs, ...(resourceNames && { resourceNames }) };
}

const VERBS = ['get', 'list', 'watch', 'create', 'patch', 'delete'];

/** One rule for each resource and set of names, and within a resource one name list for each set of verbs. */
function merge(rules: readonly PolicyRule[]): PolicyRule[] {
  const verbsOf = new Map<string, { rule: PolicyRule; name: string | undefined; verbs: Set<string> }>();
  for (const one of rules)
    for (const name of one.resourceNames ?? [undefined]) {
      const key = JSON.stringify([one.apiGroups, one.resources, name]);
      const entry = verbsOf.get(key) ?? { rule: one, name, verbs: new Set() };
      for (const verb of one.verbs) entry.verbs.add(verb);
      verbsOf.set(key, entry);
    }
  const merged = new Map<string, PolicyRule>();
  for (const { rule: one, name, verbs: set } of verbsOf.values()) {
    const verbs = VERBS.filter((verb) => set.has(verb));
    const key = JSON.stringify([one.apiGroups, one.resources, name === undefined, verbs]);
    const names = name === undefined ? undefined : [...(merged.get(key)?.resourceNames ?? []), name];
    merged.set(key, rule(one.apiGroups[0] ?? '', one.resources[0] ?? '', verbs, names));
  }
  return inOrder([...merged.values()]);
}

/** The rules of one resource together, resources in the order in which they were first asked for. */
function inOrder(rules: readonly PolicyRule[]): PolicyRule[] {
  const resource = ({ apiGroups, resources }: PolicyRule) => `${apiGroups}/${resources}`;
  const order = rules.map(resource);
  return [...rules].sort((a, b) => order.indexOf(resource(a)) - order.indexOf(resource(b)));
}
