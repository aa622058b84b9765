import { APP_LABEL, COLORS, type Color, leaseName, MIGRATIONS_ROLE, ROLE_LABEL } from '../../../charts/names.js';
import { NewerSchemaError, RefusedError } from '../../core/errors.js';
import type { Deployment, Job, KubernetesObject, Lease, Pod, Service } from '../../core/kubernetes.js';
import type { PodExec } from '../../kube/pod-exec.js';
import { resourcePath } from '../../kube/resources.js';
import { accessRules } from '../../plan/access/rules.js';
import { installed } from '../../plan/active-color.js';
import { isHttp } from '../../plan/checks/kinds.js';
import type { Policies } from '../../plan/input.js';
import { allObjects, type Manifests } from '../../plan/manifests.js';
import { type Overrides, overridePolicy, readPolicy, requireReadable, withoutPolicy } from '../../plan/policy.js';
import { podsOf, type State } from '../../plan/state.js';
import { servedColors } from '../../plan/traffic.js';
import type { Run } from '../../run/context.js';
import { namespacePath, observeObjects, requireNamespace } from '../../run/observe.js';
import { findOwner } from '../../run/ownership.js';
import { findPodTargets } from '../../run/pod-targets.js';
import { askPods, isRunning } from './ask-pods.js';
import { type Facts, type PolicyError, readyPodsOf } from './facts.js';
import type { Autoscaler, DisruptionBudget, Node, ResourceQuota, ServiceDetail, WarningEvent } from './kinds.js';
import { reach } from './reach.js';
import { readAccess, readUser } from './read-access.js';
import { logsWanted, readLogs } from './read-logs.js';
import { readReferences } from './read-references.js';
import { readState, settled } from './read-state.js';
import { type Tolerance, tolerance } from './tolerance.js';

export interface GatherOptions {
  readonly clusterFlags: readonly string[];
  readonly overrides: Overrides;
  readonly manifests?: Manifests | undefined;
  readonly filenames: readonly string[];
  /** kubectl's own version, and the platform it was built for. */
  readonly client: () => Promise<{ readonly version: string; readonly platform: string }>;
  /** Runs a program in a Pod; without it none is run. */
  readonly exec?: PodExec | undefined;
}

/** Facts, and which Pods could not be asked. */
export interface Gathered {
  readonly facts: Facts;
  readonly notReached: readonly string[];
}

/**
 * Reads everything that the examinations judge, and changes nothing.
 *
 * @throws RefusedError for a release that does not exist; ApiError for a namespace that does not, and when the server refuses
 *   for another reason than RBAC; UnreachableError
 */
export async function gather(run: Run, options: GatherOptions): Promise<Gathered> {
  const { api, namespace, release } = run;
  const tolerant = tolerance();
  const { read, unread } = tolerant;
  const list = <T>(kind: string) => api.list<T>(resourcePath(kind, namespace)).then(({ items }) => items);
  const core = <T>(plural: string, query = {}) =>
    api.list<T>(`/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}`, query).then(({ items }) => items);
  const ofRelease = { labelSelector: `${APP_LABEL}=${release},${ROLE_LABEL}=${MIGRATIONS_ROLE}` };
  const labelled = <T>(kind: string) =>
    api.list<T>(resourcePath(kind, namespace), ofRelease).then(({ items }) => items);

  const [
    observed,
    events,
    quotas,
    autoscalers,
    budgets,
    nodes,
    lease,
    jobs,
    jobPods,
    services,
    namespaceObject,
    user,
    server,
    client,
  ] = await Promise.all([
    readState(run, tolerant),
    read('events', core<WarningEvent>('events', { fieldSelector: 'type=Warning' }), []),
    read('resourcequotas', core<ResourceQuota>('resourcequotas'), []),
    read('horizontalpodautoscalers', list<Autoscaler>('HorizontalPodAutoscaler'), []),
    read('poddisruptionbudgets', list<DisruptionBudget>('PodDisruptionBudget'), []),
    read(
      'nodes',
      api.list<Node>('/api/v1/nodes', { limit: '500' }).then(({ items }) => items),
      [],
    ),
    read('leases', api.find<Lease>(resourcePath('Lease', namespace, leaseName(release))), undefined),
    read('jobs', labelled<Job>('Job'), []),
    read('pods', labelled<Pod>('Pod'), []),
    read('all-services', list<Service>('Service'), []),
    read('namespaces', api.get<KubernetesObject>(namespacePath(namespace)), undefined),
    read('access', readUser(api), undefined).finally(() => unread.delete('access')),
    read('versions', api.get<{ gitVersion: string }>('/version'), undefined),
    options.client(),
  ]);
  await requireRelease(run, observed, tolerant);

  const { policies, policyErrors } = policiesOf(observed);
  const state = await settled(run, observed, tolerant);
  const pods = COLORS.flatMap((color) => podsOf(state.pods, release, color));
  const { manifests } = options;
  const migrations = COLORS.some((color) => policies[color].migrations);
  const [rights, references, asked, logs, live, owner, podTargets] = await Promise.all([
    read(
      'access',
      readAccess(api, namespace, accessRules({ release, purposes: ['promote'], migrations, objects: [] })),
      [],
    ),
    readReferences(api, namespace, state.deployments, tolerant),
    askPods(run, pods.filter(isRunning), overridden(policies, options.overrides)),
    read('logs', readLogs(api, namespace, logsWanted(release, state.pods, jobPods)), new Map<string, string[]>()),
    read('manifests', observeObjects(api, namespace, manifests ? allObjects(manifests) : []), new Map()),
    state.active && findOwner(api, state),
    findPodTargets(api, state),
  ]);
  if (asked.forbidden !== undefined) unread.set('checks', asked.forbidden);
  if (!manifests) unread.set('manifests', 'pass -f, the folder of the synthesized manifests');
  const facts: Facts = {
    release,
    namespace,
    now: run.clock.wall(),
    clusterFlags: options.clusterFlags,
    state,
    policies,
    policyErrors,
    events,
    quotas,
    services,
    ...(namespaceObject && { namespaceObject }),
    autoscalers,
    budgets,
    nodes,
    ...(lease && { lease }),
    jobs,
    jobPods,
    ...references,
    checks: asked.results,
    logs,
    rights,
    ...(owner && { owner }),
    ...(podTargets !== undefined && { podTargets }),
    ...(user !== undefined && { user }),
    ...(server && { versions: { client: client.version, server: server.gitVersion, platform: client.platform } }),
    ...(manifests && { manifests }),
    live,
    filenames: options.filenames,
    unread,
  };
  return { facts: await withReachability(facts, options.exec), notReached: asked.notReached };
}

/** Nothing of a release is there: then there is nothing to examine either. */
async function requireRelease({ api, namespace }: Run, state: State, { unread }: Tolerance): Promise<void> {
  const { active, deployments } = state;
  if (active || deployments.blue || deployments.green || unread.has('services') || unread.has('deployments')) return;
  await requireNamespace(api, namespace);
  installed(state);
}

const overridden = ({ blue, green }: Policies, overrides: Overrides): Policies => ({
  blue: overridePolicy(blue, overrides),
  green: overridePolicy(green, overrides),
});

/** An annotation that cannot be read is left out, and told: the rest can be examined all the same. */
function policiesOf(state: State): { policies: Policies; policyErrors: PolicyError[] } {
  const policyErrors: PolicyError[] = [];
  const readable = <T extends Service | Deployment>(object: T | undefined): T | undefined => {
    try {
      if (object) requireReadable(object);
      return object;
    } catch (error) {
      if (!(error instanceof RefusedError) || !object) throw error;
      policyErrors.push({ object, message: error.message, isNewer: error instanceof NewerSchemaError });
      return withoutPolicy(object);
    }
  };
  const active = readable(state.active);
  const policyOf = (color: Color) => readPolicy(active, readable(state.deployments[color]));
  return { policies: { blue: policyOf('blue'), green: policyOf('green') }, policyErrors };
}

async function withReachability(facts: Facts, exec: PodExec | undefined): Promise<Facts> {
  const unread = new Map(facts.unread);
  const notRead = (why: string): Facts => ({ ...facts, unread: unread.set('reachability', why) });
  if (!exec) return notRead('pass --exec, which runs wget, curl or node in a Pod of the release');
  const { active } = facts.state;
  const [color] = servedColors(facts.state);
  const pod = color && readyPodsOf(facts, color)[0];
  if (!active || !pod) return notRead('no Pod of the release is ready to be asked from');
  const { checks, container } = facts.policies[color];
  const path = checks.find(isHttp)?.path ?? '/';
  const found = await reach(exec, pod.metadata.name, container, active as ServiceDetail, path);
  if (found.unread !== undefined) return notRead(found.unread);
  return { ...facts, ...(found.reachability && { reachability: found.reachability }) };
}
