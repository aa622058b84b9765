import type { Color } from '../../../charts/names.js';
import { until } from '../../cluster/wait.js';
import { getJson, kubectl, kubectlWith } from '../../e2e/support/cluster.js';

/** What others do to a release's objects while the plugin is at work on it. */

interface LivePod {
  metadata: { name: string; deletionTimestamp?: string };
  status: {
    conditions?: { type: string; status: string }[];
    containerStatuses?: { restartCount: number }[];
  };
}

const isReady = ({ metadata, status }: LivePod) =>
  metadata.deletionTimestamp === undefined &&
  status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;

const restartsOf = ({ status }: LivePod) => status.containerStatuses?.[0]?.restartCount ?? 0;

async function podsOf(namespace: string, color: Color): Promise<LivePod[]> {
  const labels = `app=shop,version=${color}`;
  return (await getJson<{ items: LivePod[] }>('pods', '-n', namespace, '-l', labels)).items;
}

async function aPod(namespace: string, color: Color): Promise<string> {
  const found = async () => (await podsOf(namespace, color)).find(({ metadata }) => !metadata.deletionTimestamp);
  const { metadata } = await until(found, { what: `a Pod of ${color}`, timeoutMs: 30_000 });
  return metadata.name;
}

const podPath = (namespace: string, pod: string) => `/api/v1/namespaces/${namespace}/pods/${pod}`;

/** As `kubectl drain` does, and what makes room on a node. @returns the Pod's name */
export async function evict(namespace: string, color: Color): Promise<string> {
  const name = await aPod(namespace, color);
  const input = JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } });
  await kubectlWith({ input }, 'create', '--raw', `${podPath(namespace, name)}/eviction`, '-f', '-');
  return name;
}

/** Tells the application in a Pod to misbehave: see test/app/server/main.go. */
async function tell(namespace: string, pod: string, faults: string): Promise<void> {
  const path = `${podPath(namespace, `${pod}:3000`)}/proxy/control`;
  await kubectlWith({ input: JSON.stringify({ faults }) }, 'create', '--raw', path, '-f', '-');
}

/** A Pod's readiness fails, until it has been seen. @returns what makes it ready again */
export async function failReadiness(namespace: string, color: Color): Promise<() => Promise<void>> {
  const name = await aPod(namespace, color);
  const ready = async () => (await podsOf(namespace, color)).some((pod) => pod.metadata.name === name && isReady(pod));
  await tell(namespace, name, '/health/ready=status:503');
  await until(async () => ((await ready()) ? undefined : true), { what: `${name} to be unready`, timeoutMs: 60_000 });
  return async () => {
    await tell(namespace, name, '');
    await until(async () => ((await ready()) ? true : undefined), { what: `${name} to be ready`, timeoutMs: 60_000 });
  };
}

/** The application in a Pod ends, and its kubelet starts it again; returns when it is ready again. */
export async function crash(namespace: string, color: Color): Promise<void> {
  const name = await aPod(namespace, color);
  const find = async () => (await podsOf(namespace, color)).find(({ metadata }) => metadata.name === name);
  const before = restartsOf((await find()) as LivePod);
  // Its answer is the end of the connection.
  await tell(namespace, name, 'process=exit:1').catch(() => undefined);
  const isBack = async () => {
    const pod = await find();
    return pod && restartsOf(pod) > before && isReady(pod) ? true : undefined;
  };
  await until(isBack, { what: `${name} to be ready again`, timeoutMs: 60_000 });
}

/** As the controller of a HorizontalPodAutoscaler does. */
export async function scale(namespace: string, color: Color, replicas: number, manager: string): Promise<void> {
  const body = JSON.stringify({ spec: { replicas } });
  const flags = ['--subresource=scale', '--type=merge', `--field-manager=${manager}`, '-p', body];
  await kubectl('patch', 'deployment', `shop-${color}`, '-n', namespace, ...flags);
}

/** A real one, which raises to its least number of replicas also where there are no metrics. */
export async function autoscale(namespace: string, color: Color, minReplicas: number): Promise<void> {
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `shop-${color}` },
    minReplicas,
    maxReplicas: 6,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
  };
  const metadata = { name: `shop-${color}`, namespace };
  const input = JSON.stringify({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec });
  await kubectlWith({ input }, 'apply', '-f', '-');
  const replicas = async () => {
    const { spec: live } = await getJson<{ spec: { replicas: number } }>(
      ...['deployment', `shop-${color}`, '-n', namespace],
    );
    return live.replicas >= minReplicas ? true : undefined;
  };
  await until(replicas, { what: `${minReplicas} replicas of ${color}`, timeoutMs: 60_000 });
}

export async function endAutoscaling(namespace: string, color: Color): Promise<void> {
  await kubectl('delete', 'horizontalpodautoscaler', `shop-${color}`, '-n', namespace);
}

/** By hand, as `kubectl edit` does. */
export async function edit(namespace: string, kind: string, name: string, spec: object): Promise<void> {
  const body = JSON.stringify({ spec });
  await kubectl('patch', kind, name, '-n', namespace, '--field-manager=kubectl-edit', '--type=merge', '-p', body);
}

/** With a template that only an annotation makes another, as `kubectl rollout restart` does. */
export async function restart(namespace: string, color: Color): Promise<void> {
  await kubectl('rollout', 'restart', `deployment/shop-${color}`, '-n', namespace);
}

/** As a GitOps tool syncs: server-side apply by a field manager of its own, which takes what others own. */
export async function reapply(namespace: string, manager: string, objects: readonly object[]): Promise<void> {
  const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const flags = ['--server-side', '--force-conflicts', `--field-manager=${manager}`, '-f', '-'];
  await kubectlWith({ input }, 'apply', '-n', namespace, ...flags);
}

/** Waits until both colors have all their Pods ready, and no other ones. */
export async function settle(namespace: string): Promise<void> {
  const isSettled = async () => {
    const { items } = await getJson<{ items: { spec: { replicas: number } }[] }>('deployments', '-n', namespace);
    const pods = [...(await podsOf(namespace, 'blue')), ...(await podsOf(namespace, 'green'))];
    const wanted = items.reduce((sum, { spec }) => sum + spec.replicas, 0);
    return pods.length === wanted && pods.every(isReady) ? true : undefined;
  };
  await until(isSettled, { what: `the Pods of ${namespace} to settle`, timeoutMs: 90_000 });
}
